#include "scenarios/process/workers.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 20U;
constexpr int kTickMs = 100;

bool write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t wrote = send(fd, bytes, size, MSG_NOSIGNAL);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    bytes += wrote;
    size -= static_cast<std::size_t>(wrote);
  }
  return true;
}

bool read_all(int fd, char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t got = recv(fd, bytes, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send_text(int fd, const std::string& text) {
  const std::uint64_t size = text.size();
  return write_all(fd, reinterpret_cast<const char*>(&size), sizeof size) &&
         write_all(fd, text.data(), text.size());
}

bool receive_text(int fd, std::string& text) {
  std::uint64_t size = 0;
  if (!read_all(fd, reinterpret_cast<char*>(&size), sizeof size) || size > kMostBytes) return false;
  text.resize(size);
  return read_all(fd, text.data(), text.size());
}

// Nobody is left once all that were below us are reaped: what workers start becomes ours when they
// die.
void wait_for_what_is_left() {
  constexpr int kTries = 500;
  for (int i = 0; i < kTries; ++i) {
    const pid_t pid = waitpid(-1, nullptr, WNOHANG);
    if (pid < 0 && errno == ECHILD) return;
    if (pid <= 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace

void Workers::start(std::size_t number) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw IoError("make", "a pair of sockets", errno);
  }
  const pid_t pid = fork();
  if (pid < 0) throw IoError("start", "a worker", errno);
  if (pid == 0) {
    close(ends[0]);
    for (const Worker& other : workers_) close(other.socket.get());
    live(ends[1], number);
  }
  close(ends[1]);
  workers_.push_back({.pid = pid, .socket = outside::UniqueFd(ends[0])});
}

// Signals of a terminal go to the one who started it, who ends it.
void Workers::live(int socket, std::size_t number) const {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  std::string text;
  try {
    text = task_.begin(number);
    const bool hindered = !text.empty();
    if (!send_text(socket, text) || hindered) _exit(0);
    while (receive_text(socket, text)) {
      if (!send_text(socket, task_.work(text))) break;
    }
  } catch (...) {  // the other side sees that it is gone
    _exit(1);
  }
  _exit(0);
}

void Workers::give_job(Worker& worker) {
  const std::optional<std::string> job = task_.next();
  if (!job) {
    worker.socket.reset();
    return;
  }
  worker.job = *job;
  worker.busy = send_text(worker.socket.get(), *job);
  if (worker.busy) return;
  worker.socket.reset();
  task_.lost(worker.job);
}

void Workers::hear(Worker& worker) {
  std::string text;
  const bool heard = receive_text(worker.socket.get(), text);
  if (heard && !worker.ready && text.empty()) {
    worker.ready = true;
    return give_job(worker);
  }
  if (heard && worker.ready) {
    worker.busy = false;
    task_.done(worker.job, text);
    return give_job(worker);
  }
  if (heard) hindrances_.push_back(text);
  if (!heard && worker.busy) task_.lost(worker.job);
  if (!heard && !worker.ready) hindrances_.emplace_back("a worker did not start");
  worker.busy = false;
  worker.socket.reset();
}

bool Workers::any_left() const {
  return std::any_of(workers_.begin(), workers_.end(),
                     [](const Worker& worker) { return static_cast<bool>(worker.socket); });
}

void Workers::end_all(bool at_once) {
  for (Worker& worker : workers_) {
    worker.socket.reset();
    if (at_once) kill(worker.pid, SIGKILL);
  }
  for (const Worker& worker : workers_) {
    while (waitpid(worker.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (at_once) wait_for_what_is_left();
}

// Whether it was to be ended at once.
bool Workers::work_off() {
  for (std::size_t number = 1; number <= count_; ++number) start(number);
  while (any_left()) {
    std::vector<pollfd> events;
    for (const Worker& worker : workers_) events.push_back({worker.socket.get(), POLLIN, 0});
    poll(events.data(), events.size(), kTickMs);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (workers_[i].socket && events[i].revents != 0) hear(workers_[i]);
    }
    if (task_.is_over()) return true;
  }
  return false;
}

std::vector<std::string> Workers::run() {
  int subreaper = 0;
  prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  try {
    end_all(work_off());
  } catch (...) {
    end_all(true);
    throw;
  }
  prctl(PR_SET_CHILD_SUBREAPER, static_cast<unsigned long>(subreaper));
  return hindrances_;
}

}  // namespace trainwreck
