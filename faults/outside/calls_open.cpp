#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "faults/outside/calls.h"

namespace trainwreck::outside {
namespace {

struct OpenRequest {
  int folder = AT_FDCWD;
  std::string path;
  open_how how{};
  bool extended = false;  // openat2 is stricter than the others

  int flags() const { return static_cast<int>(how.flags); }
  bool has(int flag) const { return (flags() & flag) == flag; }
};

bool read_request(const Caller& caller, OpenRequest& request) {
  const Call& call = caller.call();
  std::size_t path = 1;
  if (call.number == SYS_openat2) {
    const std::size_t size = std::min<std::size_t>(call.args[3], sizeof request.how);
    request.extended = true;
    if (caller.read(call.args[2], {reinterpret_cast<char*>(&request.how), size}) != size) {
      return false;
    }
  } else if (call.number == SYS_openat) {
    request.how.flags = static_cast<unsigned>(call.args[2]);
    request.how.mode = static_cast<unsigned>(call.args[3]);
#ifdef SYS_open
  } else if (call.number == SYS_open) {
    path = 0;
    request.how.flags = static_cast<unsigned>(call.args[1]);
    request.how.mode = static_cast<unsigned>(call.args[2]);
  } else {
    path = 0;
    request.how.flags = O_CREAT | O_WRONLY | O_TRUNC;
    request.how.mode = static_cast<unsigned>(call.args[1]);
#endif
  }
  if (path == 1) request.folder = call.fd(0);
  return caller.read_text(call.args[path], request.path);
}

int open_from(const Base& base, const OpenRequest& request, std::uint64_t mode) {
  if (!request.extended) {
    return openat(base.at(), base.path.c_str(), request.flags() | O_CLOEXEC, mode);
  }
  open_how how = request.how;
  how.flags |= O_CLOEXEC;
  how.mode = mode;
  return static_cast<int>(syscall(SYS_openat2, base.at(), base.path.c_str(), &how, sizeof how));
}

// Our own umask takes away what the caller's may allow.
void give_mode(const Desk& desk, int fd, mode_t wanted) {
  if ((wanted & desk.own_umask()) != 0) fchmod(fd, wanted);
}

std::int64_t open_existing(const Caller& caller, const OpenRequest& request) {
  Base base;
  if (!base_of(caller, request.folder, request.path, base)) return -ENOENT;
  const InStandingOf standing(standing_of(caller.tid()));
  const int fd = open_from(base, request, request.how.mode & 07777);
  return fd < 0 ? -errno : fd;
}

void settle_existing(Desk& desk, const Caller& caller, const OpenRequest& request, Found found) {
  Intent intent{.opens = true, .close_on_exec = request.has(O_CLOEXEC)};
  Operation& operation = intent.operation;
  const bool cuts = request.has(O_TRUNC) && S_ISREG(found.stat.st_mode);
  operation.kind = cuts ? OpKind::truncate : OpKind::open;
  operation.file = desk.node_of(found.stat, found.path);
  operation.path = found.path;
  operation.flags = static_cast<std::uint32_t>(request.flags());
  intent.perform = [caller, request](Operation&, std::uint64_t) {
    return open_existing(caller, request);
  };
  desk.settle(caller, std::move(intent));
}

std::int64_t open_new(Desk& desk, const Caller& caller, const OpenRequest& request,
                      Operation& operation) {
  const Standing standing = standing_of(caller.tid());
  const mode_t mode = static_cast<mode_t>(request.how.mode & 07777) & ~standing.umask;
  Base base;
  if (!base_of(caller, request.folder, request.path, base)) return -ENOENT;
  const InStandingOf in_its_standing(standing);
  const int fd = open_from(base, request, mode);
  if (fd < 0) return -errno;
  give_mode(desk, fd, mode);
  struct stat found;
  fstat(fd, &found);
  operation.file = desk.nodes().fresh(found.st_dev, found.st_ino);
  operation.mode = found.st_mode & 07777;
  return fd;
}

void settle_new(Desk& desk, const Caller& caller, const OpenRequest& request, Operation place) {
  Intent intent{
      .operation = std::move(place), .opens = true, .close_on_exec = request.has(O_CLOEXEC)};
  intent.operation.kind = OpKind::create;
  intent.perform = [&desk, caller, request](Operation& operation, std::uint64_t) {
    return open_new(desk, caller, request, operation);
  };
  desk.settle(caller, std::move(intent));
}

void serve_unnamed(Desk& desk, const Caller& caller, const OpenRequest& request,
                   const Found& folder) {
  settle_new(desk, caller, request, {.path = folder.path + "/(without a name)"});
}

void serve_missing(Desk& desk, const Caller& caller, const OpenRequest& request) {
  Place place;
  const bool follows = !request.has(O_EXCL) && !request.has(O_NOFOLLOW);
  const bool creates = request.has(O_CREAT) && !request.has(O_PATH);
  if (!creates || !place_of(caller, request.folder, request.path, follows, place) ||
      !desk.folders().contain(place.path)) {
    return desk.let_through(caller);
  }
  settle_new(desk, caller, request,
             {.folder = desk.node_of(place.folder_stat, place.path),
              .name = place.name,
              .path = place.path});
}

}  // namespace

bool find_path(const Caller& caller, int folder_fd, const std::string& path, bool nofollow,
               Found& found) {
  Base base;
  if (!base_of(caller, folder_fd, path, base)) return false;
  const int flags = O_PATH | O_CLOEXEC | (nofollow ? O_NOFOLLOW : 0);
  found.fd = UniqueFd(openat(base.at(), base.path.c_str(), flags));
  if (!found.fd || fstat(found.fd.get(), &found.stat) != 0) return false;
  found.path = path_of_fd(found.fd.get());
  return true;
}

bool is_watched(Desk& desk, const Found& found) {
  if (desk.folders().contain(found.path)) return true;
  return found.stat.st_nlink > 1 && S_ISREG(found.stat.st_mode) &&
         desk.nodes().of(found.stat.st_dev, found.stat.st_ino) != 0;
}

void serve_open(Desk& desk, const Caller& caller) {
  OpenRequest request;
  if (!read_request(caller, request)) return desk.let_through(caller);
  Found found;
  const bool exclusive = request.has(O_CREAT | O_EXCL);
  if (!find_path(caller, request.folder, request.path, exclusive || request.has(O_NOFOLLOW),
                 found)) {
    return serve_missing(desk, caller, request);
  }
  const mode_t mode = found.stat.st_mode;
  const bool plain = S_ISREG(mode) || S_ISDIR(mode);
  if (!plain || exclusive || request.has(O_PATH) || !is_watched(desk, found)) {
    return desk.let_through(caller);
  }
  if (request.has(O_TMPFILE)) return serve_unnamed(desk, caller, request, found);
  settle_existing(desk, caller, request, std::move(found));
}

}  // namespace trainwreck::outside
