#include "faults/outside/filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace trainwreck::outside {
namespace {

// Which calls of a number are told.
enum class Told : std::uint8_t {
  always,
  high0,    // the first argument is a high descriptor
  output0,  // or one of the standard ones
  high1,    // the second argument reaches into the high ones
  high0_or_1,
  output2,  // the third is high, or a standard one
  fcntl,
  ioctl,
  mmap,
  new_process,  // clone, unless it makes a thread
  refused       // answered with ENOSYS: everybody knows another way, which is watched
};

struct Trap {
  std::string_view name;
  int number;
  Told told;
};

#define TRAINWRECK_TRAP(name, told) \
  Trap { #name, __NR_##name, Told::told }

// The first ones are those that are called most.
constexpr Trap kTraps[] = {
    TRAINWRECK_TRAP(write, output0),
    TRAINWRECK_TRAP(writev, output0),
    TRAINWRECK_TRAP(close, high0),
    TRAINWRECK_TRAP(mmap, mmap),
    TRAINWRECK_TRAP(openat, always),
    TRAINWRECK_TRAP(openat2, always),
    TRAINWRECK_TRAP(pwrite64, output0),
    TRAINWRECK_TRAP(pwritev, output0),
    TRAINWRECK_TRAP(pwritev2, output0),
    TRAINWRECK_TRAP(fcntl, fcntl),
    TRAINWRECK_TRAP(ioctl, ioctl),
    TRAINWRECK_TRAP(truncate, always),
    TRAINWRECK_TRAP(ftruncate, high0),
    TRAINWRECK_TRAP(fallocate, high0),
    TRAINWRECK_TRAP(renameat, always),
    TRAINWRECK_TRAP(renameat2, always),
    TRAINWRECK_TRAP(linkat, always),
    TRAINWRECK_TRAP(symlinkat, always),
    TRAINWRECK_TRAP(unlinkat, always),
    TRAINWRECK_TRAP(mkdirat, always),
    TRAINWRECK_TRAP(mknodat, always),
    TRAINWRECK_TRAP(fsync, high0),
    TRAINWRECK_TRAP(fdatasync, high0),
    TRAINWRECK_TRAP(sync, always),
    TRAINWRECK_TRAP(syncfs, always),
    TRAINWRECK_TRAP(sync_file_range, high0),
    TRAINWRECK_TRAP(msync, always),
    TRAINWRECK_TRAP(copy_file_range, output2),
    TRAINWRECK_TRAP(sendfile, output0),
    TRAINWRECK_TRAP(splice, output2),
    TRAINWRECK_TRAP(close_range, high1),
    TRAINWRECK_TRAP(dup, output0),
    TRAINWRECK_TRAP(dup3, high0_or_1),
    TRAINWRECK_TRAP(flock, high0),
    TRAINWRECK_TRAP(fchmod, high0),
    TRAINWRECK_TRAP(fchmodat, always),
    TRAINWRECK_TRAP(fchown, high0),
    TRAINWRECK_TRAP(fchownat, always),
    TRAINWRECK_TRAP(utimensat, always),
    TRAINWRECK_TRAP(setxattr, always),
    TRAINWRECK_TRAP(fsetxattr, high0),
    TRAINWRECK_TRAP(sendmsg, always),
    TRAINWRECK_TRAP(pidfd_getfd, high1),
    TRAINWRECK_TRAP(execve, always),
    TRAINWRECK_TRAP(execveat, always),
    TRAINWRECK_TRAP(clone, new_process),
    TRAINWRECK_TRAP(clone3, refused),
    TRAINWRECK_TRAP(io_uring_setup, always),
    TRAINWRECK_TRAP(io_setup, always),
    {"fchmodat2", 452, Told::refused},  // newer than the headers; C libraries can do without
#ifdef __x86_64__
    TRAINWRECK_TRAP(open, always),
    TRAINWRECK_TRAP(creat, always),
    TRAINWRECK_TRAP(rename, always),
    TRAINWRECK_TRAP(link, always),
    TRAINWRECK_TRAP(symlink, always),
    TRAINWRECK_TRAP(unlink, always),
    TRAINWRECK_TRAP(mkdir, always),
    TRAINWRECK_TRAP(rmdir, always),
    TRAINWRECK_TRAP(mknod, always),
    TRAINWRECK_TRAP(dup2, high0_or_1),
    TRAINWRECK_TRAP(chmod, always),
    TRAINWRECK_TRAP(chown, always),
    TRAINWRECK_TRAP(lchown, always),
    TRAINWRECK_TRAP(utime, always),
    TRAINWRECK_TRAP(utimes, always),
    TRAINWRECK_TRAP(fork, always),
    TRAINWRECK_TRAP(vfork, always),
#endif
};
#undef TRAINWRECK_TRAP

#ifdef __x86_64__
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
#endif
constexpr unsigned kX32 = 0x40000000;

constexpr unsigned kAsk = SECCOMP_RET_USER_NOTIF;
constexpr unsigned kPass = SECCOMP_RET_ALLOW;
constexpr unsigned kNoSuchCall = SECCOMP_RET_ERRNO | ENOSYS;

using Code = std::vector<sock_filter>;

void load(Code& code, std::size_t offset) {
  code.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset)));
}
// Descriptors, commands and flags are in the low half of an argument; both machines are little
// endian.
void load_argument(Code& code, std::size_t index) {
  load(code, offsetof(seccomp_data, args) + index * sizeof(std::uint64_t));
}
void result(Code& code, unsigned value) { code.push_back(BPF_STMT(BPF_RET | BPF_K, value)); }
void result_if(Code& code, unsigned short test, unsigned operand, unsigned value) {
  code.push_back({static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), 0, 1, operand});
  result(code, value);
}
void result_unless(Code& code, unsigned short test, unsigned operand, unsigned value) {
  code.push_back({static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), 1, 0, operand});
  result(code, value);
}
void ask_if_high(Code& code, std::size_t argument) {
  load_argument(code, argument);
  result_if(code, BPF_JGE, kFirstHigh, kAsk);
}

void add_command(Code& code, std::initializer_list<unsigned long> commands) {
  load_argument(code, 0);
  // Descriptors from 3 to kFirstHigh - 1 are nobody's business.
  code.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kFirstHigh, 2, 0));
  result_if(code, BPF_JGT, 2, kPass);
  load_argument(code, 1);
  for (const unsigned long command : commands) {
    result_if(code, BPF_JEQ, static_cast<unsigned>(command), kAsk);
  }
}

void add_mmap(Code& code) {
  load_argument(code, 3);
  result_unless(code, BPF_JSET, MAP_SHARED, kPass);
  result_if(code, BPF_JSET, MAP_ANONYMOUS, kPass);
  ask_if_high(code, 4);
}

Code body_of(Told told) {
  Code code;
  switch (told) {
    case Told::always:
      result(code, kAsk);
      break;
    case Told::refused:
      result(code, kNoSuchCall);
      break;
    case Told::output0:
      load_argument(code, 0);
      result_unless(code, BPF_JGT, 2, kAsk);
      [[fallthrough]];
    case Told::high0:
      ask_if_high(code, 0);
      break;
    case Told::high0_or_1:
      ask_if_high(code, 0);
      [[fallthrough]];
    case Told::high1:
      ask_if_high(code, 1);
      break;
    case Told::output2:
      load_argument(code, 2);
      result_unless(code, BPF_JGT, 2, kAsk);
      ask_if_high(code, 2);
      break;
    case Told::fcntl:
      add_command(code, {F_DUPFD, F_DUPFD_CLOEXEC, F_OFD_SETLK, F_OFD_SETLKW});
      break;
    case Told::ioctl:
      add_command(code, {FICLONE, FICLONERANGE});
      break;
    case Told::mmap:
      add_mmap(code);
      break;
    case Told::new_process:
      load_argument(code, 0);
      result_unless(code, BPF_JSET, CLONE_THREAD, kAsk);
      break;
  }
  result(code, kPass);
  return code;
}

}  // namespace

std::vector<std::pair<int, std::string_view>> trapped_numbers() {
  std::vector<std::pair<int, std::string_view>> numbers;
  for (const Trap& trap : kTraps) numbers.emplace_back(trap.number, trap.name);
  return numbers;
}

std::string_view trapped_name(int number) {
  for (const Trap& trap : kTraps) {
    if (trap.number == number) return trap.name;
  }
  return {};
}

std::vector<sock_filter> make_filter(const std::vector<std::string>& blind_to) {
  Code code;
  load(code, offsetof(seccomp_data, arch));
  result_unless(code, BPF_JEQ, kArchitecture, kNoSuchCall);
  load(code, offsetof(seccomp_data, nr));
#ifdef __x86_64__
  result_if(code, BPF_JGE, kX32, kNoSuchCall);
#endif
  for (const Trap& trap : kTraps) {
    if (std::find(blind_to.begin(), blind_to.end(), trap.name) != blind_to.end()) continue;
    const Code body = body_of(trap.told);
    code.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, static_cast<std::uint8_t>(body.size()),
                    static_cast<unsigned>(trap.number)});
    code.insert(code.end(), body.begin(), body.end());
  }
  result(code, kPass);
  return code;
}

}  // namespace trainwreck::outside
