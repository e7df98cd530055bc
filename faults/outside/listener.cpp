#include "faults/outside/listener.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace trainwreck::outside {
namespace {

// Since Linux 6.6, and not yet in the headers of Debian 12: the one who answers and the one who
// waits hand over to each other on one CPU, which halves the time of a call. Older ones refuse it.
constexpr unsigned long kSetFlags = SECCOMP_IOW(4, std::uint64_t);
constexpr std::uint64_t kSyncWakeUp = 1;

}  // namespace

Listener::Listener(UniqueFd fd) : fd_(std::move(fd)) { ioctl(fd_.get(), kSetFlags, kSyncWakeUp); }

bool Listener::receive(Call& call) {
  seccomp_notif notice{};
  while (ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0) {
    if (errno != EINTR) return false;
    notice = {};
  }
  call.id = notice.id;
  call.tid = static_cast<pid_t>(notice.pid);
  call.number = notice.data.nr;
  for (std::size_t i = 0; i < call.args.size(); ++i) call.args[i] = notice.data.args[i];
  return true;
}

bool Listener::still_waits(const Call& call) const {
  std::uint64_t id = call.id;
  return ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

bool Listener::answer(const Call& call, std::int64_t value) {
  seccomp_notif_resp response{};
  response.id = call.id;
  if (value < 0) {
    response.error = static_cast<std::int32_t>(value);
  } else {
    response.val = value;
  }
  return ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response) == 0;
}

bool Listener::let_through(const Call& call) {
  seccomp_notif_resp response{};
  response.id = call.id;
  response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  return ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response) == 0;
}

int Listener::answer_with_fd(const Call& call, int fd, int number, bool close_on_exec) {
  seccomp_notif_addfd add{};
  add.id = call.id;
  add.flags = SECCOMP_ADDFD_FLAG_SETFD | SECCOMP_ADDFD_FLAG_SEND;
  add.srcfd = static_cast<std::uint32_t>(fd);
  add.newfd = static_cast<std::uint32_t>(number);
  add.newfd_flags = close_on_exec ? O_CLOEXEC : 0;
  while (ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ADDFD, &add) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

}  // namespace trainwreck::outside
