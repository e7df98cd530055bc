#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>

#include "faults/outside/filter.h"
#include "tests/faults/outside/watched_program.h"

namespace trainwreck::outside {
namespace {

constexpr const char kText[] = "some text that is written";
constexpr std::size_t kSize = sizeof kText - 1;

// A body returns the line in which something went wrong.
#define MUST(condition) \
  if (!(condition)) return __LINE__ % 256

int new_file(const char* name) { return open(name, O_RDWR | O_CREAT | O_TRUNC, 0644); }
iovec whole_text() { return {const_cast<char*>(kText), kSize}; }

// Each calls what it is named after, raw, on files "f" (10 bytes) and "sub" (a folder) that are
// there.
using Body = std::function<int()>;

int raw_write() {
  const int fd = new_file("w");
  MUST(fd >= 0 && write(fd, kText, kSize) == kSize);
  return 0;
}
int raw_writev() {
  const iovec parts[] = {whole_text(), whole_text()};
  const int fd = new_file("w");
  MUST(writev(fd, parts, 2) == 2 * kSize);
  return 0;
}
int raw_pwrite64() {
  MUST(pwrite(new_file("w"), kText, kSize, 5000) == kSize);
  return 0;
}
int raw_pwritev() {
  const iovec part = whole_text();
  MUST(pwritev(new_file("w"), &part, 1, 17) == kSize);
  return 0;
}
int raw_pwritev2() {
  const iovec part = whole_text();
  MUST(pwritev2(open("f", O_RDWR), &part, 1, -1, RWF_APPEND) == kSize);
  return 0;
}
int raw_sendfile() {
  off_t from = 2;
  MUST(sendfile(new_file("w"), open("f", O_RDONLY), &from, 5) == 5 && from == 7);
  return 0;
}
int raw_copy_file_range() {
  off_t to = 3;
  MUST(copy_file_range(open("f", O_RDONLY), nullptr, new_file("w"), &to, 5, 0) == 5 && to == 8);
  return 0;
}
int raw_splice() {
  int ends[2];
  MUST(pipe(ends) == 0 && write(ends[1], kText, kSize) == kSize);
  const ssize_t moved = splice(ends[0], nullptr, new_file("w"), nullptr, kSize, 0);
  MUST(moved == kSize || (moved == -1 && errno == EINVAL));
  return 0;
}
int raw_ioctl() {
  MUST(ioctl(new_file("w"), FICLONE, open("f", O_RDONLY)) == -1 && errno == EOPNOTSUPP);
  return 0;
}
int raw_link_to(const char* name) {
  const int fd = open(".", O_TMPFILE | O_RDWR, 0600);
  MUST(fd >= 0 && write(fd, kText, kSize) == kSize);
  const std::string own = "/proc/self/fd/" + std::to_string(fd);
  MUST(linkat(AT_FDCWD, own.c_str(), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0);
  return 0;
}
int raw_dup() {
  const int fd = dup(new_file("w"));
  MUST(fd >= 0 && write(fd, kText, kSize) == kSize);
  return 0;
}
int raw_dup2() {
  MUST(dup2(new_file("w"), 40) == 40 && write(40, kText, kSize) == kSize);
  return 0;
}
int raw_dup3() {
  MUST(dup3(new_file("w"), 40, O_CLOEXEC) == 40 && write(40, kText, kSize) == kSize);
  return 0;
}
int raw_fcntl() {
  const int fd = fcntl(new_file("w"), F_DUPFD, 10);
  MUST(fd >= 10 && write(fd, kText, kSize) == kSize);
  return 0;
}
int raw_mmap() {
  const int fd = new_file("w");
  MUST(ftruncate(fd, 4096) == 0);
  void* memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  MUST(memory != MAP_FAILED);
  memcpy(memory, kText, kSize);
  return 0;
}
int raw_msync() {
  void* memory = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, open("f", O_RDONLY), 0);
  MUST(memory != MAP_FAILED && msync(memory, 4096, MS_SYNC) == 0);
  return 0;
}
int raw_sendmsg() {
  int ends[2];
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  const int fd = new_file("w");
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  char text[] = "text";
  iovec part{text, sizeof text};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  MUST(sendmsg(ends[0], &message, 0) > 0 && recvmsg(ends[1], &message, 0) > 0);
  int got = -1;
  memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof got);
  MUST(write(got, kText, kSize) == kSize);
  return 0;
}
// Whether or not the kernel allows it here.
int raw_pidfd_getfd() {
  const int fd = new_file("w");
  const auto own = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
  const auto got = static_cast<int>(syscall(SYS_pidfd_getfd, own, fd, 0));
  if (got >= 0) MUST(write(got, kText, kSize) == kSize);
  return 0;
}
int raw_io(long number) {
  long context[16] = {};
  MUST(syscall(number, 1, context) == -1 && errno == ENOSYS);
  return 0;
}
int raw_exec(bool at) {
  char name[] = "/bin/true";
  char* arguments[] = {name, nullptr};
  if (at) syscall(SYS_execveat, AT_FDCWD, name, arguments, environ, 0);
  execve(name, arguments, environ);
  return 1;
}
int child_writes(long child) {
  if (child < 0) return 2;
  if (child == 0) _exit(raw_write());
  int status = 0;
  MUST(waitpid(static_cast<pid_t>(child), &status, 0) == child && status == 0);
  return 0;
}
int raw_clone3() {
  MUST(syscall(SYS_clone3, nullptr, 0) == -1 && errno == ENOSYS);
  return 0;
}
int raw_close(bool range) {
  const int first = new_file("w");
  MUST(first >= kFirstHigh);
  MUST(range ? close_range(static_cast<unsigned>(first), 5000, 0) == 0 : close(first) == 0);
  // The next file at the same number is another one.
  const int pipes = open("/dev/null", O_WRONLY);
  MUST(fcntl(pipes, F_DUPFD, first) == first && write(first, kText, kSize) == kSize);
  return 0;
}
int raw_sync_file_range() {
  const int fd = new_file("w");
  MUST(write(fd, kText, kSize) == kSize && sync_file_range(fd, 0, 0, 0) == 0);
  return 0;
}
int raw_flock() {
  MUST(flock(open("f", O_RDONLY), LOCK_EX) == 0);
  return 0;
}

int ok(long value) { return value == 0 ? 0 : 1; }
long at(long number, const char* name) { return syscall(number, AT_FDCWD, name, 0, 0); }

using Bodies = std::map<std::string, Body, std::less<>>;

Bodies bodies_on_descriptors() {
  return {
      {"write", raw_write},
      {"writev", raw_writev},
      {"pwrite64", raw_pwrite64},
      {"pwritev", raw_pwritev},
      {"pwritev2", raw_pwritev2},
      {"sendfile", raw_sendfile},
      {"copy_file_range", raw_copy_file_range},
      {"splice", raw_splice},
      {"ioctl", raw_ioctl},
      {"dup", raw_dup},
      {"dup2", raw_dup2},
      {"dup3", raw_dup3},
      {"fcntl", raw_fcntl},
      {"mmap", raw_mmap},
      {"msync", raw_msync},
      {"sendmsg", raw_sendmsg},
      {"pidfd_getfd", raw_pidfd_getfd},
      {"flock", raw_flock},
      {"fchmodat2",
       [] { return syscall(452, AT_FDCWD, "f", 0601, 0) == -1 && errno == ENOSYS ? 0 : 1; }},
      {"sync_file_range", raw_sync_file_range},
      {"clone3", raw_clone3},
      {"close", [] { return raw_close(false); }},
      {"close_range", [] { return raw_close(true); }},
      {"io_setup", [] { return raw_io(SYS_io_setup); }},
      {"io_uring_setup", [] { return raw_io(SYS_io_uring_setup); }},
      {"execve", [] { return raw_exec(false); }},
      {"execveat", [] { return raw_exec(true); }},
      {"linkat", [] { return raw_link_to("n"); }},
      {"clone", [] { return child_writes(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }},
      {"open", [] { return syscall(SYS_open, "n", O_CREAT | O_WRONLY, 0600) >= 0 ? 0 : 1; }},
      {"creat", [] { return syscall(SYS_creat, "n", 0600) >= 0 ? 0 : 1; }},
      {"openat", [] { return openat(AT_FDCWD, "n", O_CREAT | O_WRONLY, 0600) >= 0 ? 0 : 1; }},
      {"openat2",
       [] {
         const std::uint64_t how[3] = {O_CREAT | O_WRONLY, 0600, 0};
         return syscall(SYS_openat2, AT_FDCWD, "n", how, sizeof how) >= 0 ? 0 : 1;
       }},
  };
}

Bodies bodies_on_names() {
  return {
      {"truncate", [] { return ok(truncate("f", 4)); }},
      {"ftruncate", [] { return ok(ftruncate(open("f", O_RDWR), 40)); }},
      {"fallocate", [] { return ok(fallocate(open("f", O_RDWR), 0, 0, 50)); }},
      {"rename", [] { return ok(syscall(SYS_rename, "f", "n")); }},
      {"renameat", [] { return ok(syscall(SYS_renameat, AT_FDCWD, "f", AT_FDCWD, "n")); }},
      {"renameat2", [] { return ok(renameat2(AT_FDCWD, "f", AT_FDCWD, "sub", RENAME_EXCHANGE)); }},
      {"link", [] { return ok(syscall(SYS_link, "f", "n")); }},
      {"symlink", [] { return ok(syscall(SYS_symlink, "f", "n")); }},
      {"symlinkat", [] { return ok(syscall(SYS_symlinkat, "f", AT_FDCWD, "n")); }},
      {"unlink", [] { return ok(syscall(SYS_unlink, "f")); }},
      {"unlinkat", [] { return ok(at(SYS_unlinkat, "f")); }},
      {"mkdir", [] { return ok(syscall(SYS_mkdir, "n", 0700)); }},
      {"mkdirat", [] { return ok(syscall(SYS_mkdirat, AT_FDCWD, "n", 0711)); }},
      {"rmdir", [] { return ok(syscall(SYS_rmdir, "sub")); }},
      {"mknod", [] { return ok(syscall(SYS_mknod, "n", S_IFIFO | 0600, 0)); }},
      {"mknodat", [] { return ok(syscall(SYS_mknodat, AT_FDCWD, "n", S_IFREG | 0600, 0)); }},
      {"fsync", [] { return ok(fsync(open("f", O_RDONLY))); }},
      {"fdatasync", [] { return ok(fdatasync(open("f", O_RDONLY))); }},
      {"sync", [] { return ok(syscall(SYS_sync)); }},
      {"syncfs", [] { return ok(syncfs(open("f", O_RDONLY))); }},
      {"fchmod", [] { return ok(fchmod(open("f", O_RDONLY), 0601)); }},
      {"fchmodat", [] { return ok(syscall(SYS_fchmodat, AT_FDCWD, "f", 0601)); }},
      {"chmod", [] { return ok(syscall(SYS_chmod, "f", 0601)); }},
      {"chown", [] { return ok(syscall(SYS_chown, "f", -1, -1)); }},
      {"lchown", [] { return ok(syscall(SYS_lchown, "f", -1, -1)); }},
      {"fchown", [] { return ok(fchown(open("f", O_RDONLY), getuid(), getgid())); }},
      {"fchownat", [] { return ok(fchownat(AT_FDCWD, "f", getuid(), getgid(), 0)); }},
      {"utime", [] { return ok(syscall(SYS_utime, "f", nullptr)); }},
      {"utimes", [] { return ok(syscall(SYS_utimes, "f", nullptr)); }},
      {"utimensat", [] { return ok(syscall(SYS_utimensat, AT_FDCWD, "f", nullptr, 0)); }},
      {"setxattr", [] { return setxattr("f", "user.a", "b", 1, 0) == 0 ? 0 : 0; }},
      {"fsetxattr",
       [] { return fsetxattr(open("f", O_RDONLY), "user.a", "b", 1, 0) >= -1 ? 0 : 1; }},
      {"fork", [] { return child_writes(syscall(SYS_fork)); }},
      {"vfork", [] { return child_writes(vfork()); }},
  };
}

const Bodies& bodies() {
  static const Bodies kAll = [] {
    Bodies all = bodies_on_descriptors();
    all.merge(bodies_on_names());
    return all;
  }();
  return kAll;
}

// What tells a run from another: what was recorded, what is not followed, how it ended.
std::string account_of(const Observed& observed) {
  std::string account;
  for (const Operation& operation : observed.recording.operations) {
    if (operation.kind != OpKind::output) account += text_of(operation) + "\n";
  }
  for (const auto& [file, what] : observed.recording.not_followed) account += what.why + "\n";
  for (const std::string& note : observed.recording.notes) account += note + "\n";
  return account + "exit " + std::to_string(observed.ending.exit_code);
}

#undef MUST

class OutsideTraps : public OutsideTest {
 protected:
  Observed run_fresh(const Body& work, const std::vector<std::string>& blind_to) {
    std::filesystem::remove_all(watched_);
    std::filesystem::create_directories(path("sub"));
    write_before("f", "0123456789");
    ProgramToWreck program = body(work);
    program.blind_to = blind_to;
    LetThrough strategy;
    return run_below(program, strategy);
  }
};

TEST_F(OutsideTraps, EachCallIsSeenAndNothingElseWouldSeeIt) {
  for (const auto& [number, name] : trapped_numbers()) {
    SCOPED_TRACE(name);
    const auto work = bodies().find(name);
    ASSERT_NE(work, bodies().end()) << "there is no test of it";
    const Observed seen = run_fresh(work->second, {});
    EXPECT_EQ(seen.ending.exit_code, 0);
    EXPECT_THAT(seen.failures, testing::IsEmpty());
    const std::vector<std::string> wrong = prove(seen.recording);
    EXPECT_TRUE(wrong.empty() || !seen.recording.not_followed.empty()) << wrong.front();
    const Observed blind = run_fresh(work->second, {std::string(name)});
    EXPECT_TRUE(!prove(blind.recording).empty() || account_of(blind) != account_of(seen))
        << account_of(seen);
  }
}

}  // namespace
}  // namespace trainwreck::outside
