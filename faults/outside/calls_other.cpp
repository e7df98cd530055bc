#include <fcntl.h>
#include <linux/fs.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "faults/outside/calls.h"
#include "faults/outside/filter.h"

namespace trainwreck::outside {
namespace {

Intent about(OpKind kind, const OpenFile& file) {
  Intent intent;
  intent.operation.kind = kind;
  intent.operation.file = file.file;
  intent.operation.path = file.path;
  return intent;
}

std::int64_t own_result(int value) { return value < 0 ? -errno : 0; }

void serve_path_length(Desk& desk, const Caller& caller) {
  const Call& call = caller.call();
  std::string path;
  const auto found = std::make_shared<Found>();
  if (!caller.read_text(call.args[0], path) || !find_path(caller, AT_FDCWD, path, false, *found) ||
      !is_watched(desk, *found)) {
    return desk.let_through(caller);
  }
  Intent intent;
  intent.operation.kind = OpKind::truncate;
  intent.operation.file = desk.node_of(found->stat, found->path);
  intent.operation.path = found->path;
  intent.operation.length = call.args[1];
  intent.perform = [caller, found](Operation& operation, std::uint64_t) {
    const InStandingOf standing(standing_of(caller.tid()));
    return own_result(truncate(found->own_path().c_str(), static_cast<off_t>(operation.length)));
  };
  desk.settle(caller, std::move(intent));
}

// Where the caller asks for an owner, a time or an attribute, the kernel does it: no kill lies
// between two of those. Permissions are part of the tree.
void settle_metadata(Desk& desk, const Caller& caller, Operation operation,
                     const std::string& own_path, std::shared_ptr<const Found> keep_open) {
  Intent intent{.operation = std::move(operation)};
  intent.operation.kind = OpKind::metadata;
  const std::string_view name = trapped_name(caller.call().number);
  if (name.find("chmod") != std::string_view::npos) {
    const auto mode = static_cast<mode_t>(caller.call().args[name == "fchmodat" ? 2 : 1]);
    intent.perform = [caller, own_path, mode, keep_open](Operation& done, std::uint64_t) {
      const InStandingOf standing(standing_of(caller.tid()));
      if (chmod(own_path.c_str(), mode & 07777) != 0) return std::int64_t{-errno};
      struct stat found;
      if (stat(own_path.c_str(), &found) == 0) done.mode = found.st_mode;
      return std::int64_t{0};
    };
  }
  desk.settle(caller, std::move(intent));
}

void cover(Desk& desk, const Caller& caller, OpKind kind, const OpenFilePtr& file,
           const std::string& text) {
  const int number = caller.call().number;
  Intent intent;
  intent.operation.kind = kind;
  intent.operation.text = text;
  if (file) intent.operation.file = file->file;
  if (file) intent.operation.path = file->path;
  intent.beside = true;
  intent.perform = [file, number](Operation&, std::uint64_t) {
    if (number == SYS_fsync) return own_result(fsync(file->copy.get()));
    if (number == SYS_fdatasync) return own_result(fdatasync(file->copy.get()));
    if (number == SYS_syncfs) return own_result(syncfs(file->copy.get()));
    sync();
    return std::int64_t{0};
  };
  desk.settle(caller, std::move(intent));
}

void serve_dup(Desk& desk, const Caller& caller, const OpenFilePtr& file) {
  const Call& call = caller.call();
  const bool fcntl_call = call.number == SYS_fcntl;
  const bool close_on_exec = fcntl_call && call.args[1] == F_DUPFD_CLOEXEC;
  desk.hand_over(caller, file, fcntl_call ? call.fd(2) : 0, close_on_exec);
}

// Of which file is not known, and what is mapped is not followed anyway.
void serve_msync(Desk& desk, const Caller& caller) {
  Intent intent;
  intent.operation.kind = OpKind::sync;
  intent.operation.text = "mapping";
  desk.settle(caller, std::move(intent));
}

// The program chose the number. One that is low and not a standard one is out of our sight.
void serve_dup_to(Desk& desk, const Caller& caller) {
  const Call& call = caller.call();
  const int to = call.fd(1);
  const OpenFilePtr file = desk.files().find(caller, call.fd(0));
  if (call.fd(0) != to) desk.files().closed(caller.pid(), to, to);
  if (file && (to >= kFirstHigh || to <= 2)) desk.files().put(caller.pid(), to, file);
  if (file && to > 2 && to < kFirstHigh) {
    desk.stop_following(file->file, file->path, "a copy of its descriptor is out of sight");
  }
  desk.let_through(caller);
}

void serve_lock(Desk& desk, const Caller& caller, const OpenFilePtr& file) {
  if (desk.files().any_locked()) desk.files().drop_dead();
  desk.files().lock(*file);
  Intent intent = about(OpKind::lock, *file);
  desk.settle(caller, std::move(intent));
}

void serve_close(Desk& desk, const Caller& caller, const OpenFilePtr& file) {
  const int fd = caller.call().fd(0);
  desk.files().closed(caller.pid(), fd, fd);
  Intent intent = about(OpKind::close, *file);
  intent.refusable = false;
  desk.settle(caller, std::move(intent));
}

// As on a disk that knows no clones: all who ask can do without.
void refuse_clone(Desk& desk, const Caller& caller) {
  desk.note("a clone of a file (FICLONE) was refused");
  desk.answer(caller, -EOPNOTSUPP);
}

// What is done through such a queue passes by every filter.
void refuse_queue(Desk& desk, const Caller& caller, const std::string& name) {
  desk.note(name + " was refused: nobody would see what is done through it");
  desk.answer(caller, -ENOSYS);
}

void serve_map(Desk& desk, const Caller& caller, const OpenFilePtr& file) {
  const int flags = fcntl(file->copy.get(), F_GETFL);
  if ((flags & O_ACCMODE) != O_RDWR) return desk.let_through(caller);
  desk.stop_following(file->file, file->path, "a shared mapping of it can be written to");
  desk.settle(caller, about(OpKind::map, *file));
}

void serve_sent_descriptors(Desk& desk, const Caller& caller) {
  msghdr message{};
  if (!caller.read_value(caller.call().args[1], message)) return desk.let_through(caller);
  std::vector<char> control(std::min<std::size_t>(message.msg_controllen, 65536));
  control.resize(caller.read(reinterpret_cast<std::uint64_t>(message.msg_control), control));
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    for (std::size_t at = 0; CMSG_LEN(at + sizeof(int)) <= header->cmsg_len; at += sizeof(int)) {
      int fd = -1;
      memcpy(&fd, CMSG_DATA(header) + at, sizeof fd);
      const OpenFilePtr file = fd >= kFirstHigh ? desk.files().find(caller, fd) : nullptr;
      if (file) desk.stop_following(file->file, file->path, "its descriptor was sent away");
    }
  }
  desk.let_through(caller);
}

void serve_taken_descriptor(Desk& desk, const Caller& caller) {
  const OpenFilePtr file = desk.files().at(caller.call().fd(1));
  if (file) {
    desk.stop_following(file->file, file->path, "its descriptor was taken by another process");
  }
  desk.let_through(caller);
}

}  // namespace

void serve_length(Desk& desk, const Caller& caller) {
  const Call& call = caller.call();
  if (call.number == SYS_truncate) return serve_path_length(desk, caller);
  const OpenFilePtr file = desk.files().find(caller, call.fd(0));
  if (!file) return desk.let_through(caller);
  const bool allocates = call.number == SYS_fallocate;
  Intent intent = about(allocates ? OpKind::allocate : OpKind::truncate, *file);
  intent.operation.flags = static_cast<unsigned>(allocates ? call.args[1] : 0);
  intent.operation.offset = allocates ? call.args[2] : 0;
  intent.operation.length = call.args[allocates ? 3 : 1];
  intent.perform = [file, allocates](Operation& operation, std::uint64_t) {
    const auto length = static_cast<off_t>(operation.length);
    if (!allocates) return own_result(ftruncate(file->copy.get(), length));
    return own_result(fallocate(file->copy.get(), static_cast<int>(operation.flags),
                                static_cast<off_t>(operation.offset), length));
  };
  desk.settle(caller, std::move(intent));
}

void serve_metadata(Desk& desk, const Caller& caller) {
  const Call& call = caller.call();
  const std::string_view name = trapped_name(call.number);
  const bool by_fd = name == "fchmod" || name == "fchown" || name == "fsetxattr";
  if (by_fd) {
    const OpenFilePtr file = desk.files().find(caller, call.fd(0));
    if (!file) return desk.let_through(caller);
    const std::string own = "/proc/self/fd/" + std::to_string(file->copy.get());
    return settle_metadata(desk, caller, about(OpKind::metadata, *file).operation, own, nullptr);
  }
  const bool at = name.ends_with("at");
  std::string path;
  const auto found = std::make_shared<Found>();
  const bool links_themselves = name == "lchown";
  if (!caller.read_text(call.args[at ? 1 : 0], path) ||
      !find_path(caller, at ? call.fd(0) : AT_FDCWD, path, links_themselves, *found) ||
      !is_watched(desk, *found)) {
    return desk.let_through(caller);
  }
  Operation operation{.file = desk.node_of(found->stat, found->path), .path = found->path};
  settle_metadata(desk, caller, std::move(operation), found->own_path(), found);
}

void serve_sync(Desk& desk, const Caller& caller) {
  const int number = caller.call().number;
  if (number == SYS_sync) return cover(desk, caller, OpKind::sync_all, nullptr, "");
  if (number == SYS_msync) return serve_msync(desk, caller);
  const OpenFilePtr file = desk.files().find(caller, caller.call().fd(0));
  if (!file) return desk.let_through(caller);
  if (number == SYS_syncfs) return cover(desk, caller, OpKind::sync_all, file, "");
  if (number != SYS_sync_file_range) return cover(desk, caller, OpKind::sync, file, "");
  // It promises nothing: neither the length nor the disk's own cache.
  Intent intent = about(OpKind::sync, *file);
  intent.operation.text = "range";
  desk.settle(caller, std::move(intent));
}

void serve_descriptor(Desk& desk, const Caller& caller) {
  const Call& call = caller.call();
  const std::string_view name = trapped_name(call.number);
  if (name.starts_with("io_")) return refuse_queue(desk, caller, std::string(name));
  if (name == "sendmsg") return serve_sent_descriptors(desk, caller);
  if (name == "dup2" || name == "dup3") return serve_dup_to(desk, caller);
  if (name == "close_range") {
    const bool closes = (call.args[2] & CLOSE_RANGE_CLOEXEC) == 0;
    const auto last = static_cast<int>(std::min<std::uint64_t>(call.args[1], 1U << 30U));
    if (closes) desk.files().closed(caller.pid(), call.fd(0), last);
    return desk.let_through(caller);
  }
  if (name == "pidfd_getfd") return serve_taken_descriptor(desk, caller);
  const OpenFilePtr file = desk.files().find(caller, call.fd(name == "mmap" ? 4 : 0));
  if (!file) return desk.let_through(caller);
  if (name == "close") return serve_close(desk, caller, file);
  if (name == "mmap") return serve_map(desk, caller, file);
  if (name == "ioctl") return refuse_clone(desk, caller);
  const bool locks = call.args[1] == F_OFD_SETLK || call.args[1] == F_OFD_SETLKW;
  if (name == "flock" || (name == "fcntl" && locks)) return serve_lock(desk, caller, file);
  serve_dup(desk, caller, file);
}

}  // namespace trainwreck::outside
