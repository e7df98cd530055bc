#include "scenarios/process/forked.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <utility>

#include "engine/base/check.h"

namespace trainwreck {

void write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(to, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

namespace {

// From now on this process prints there. Line by line, so that little is lost when it dies.
void print_to(int to) {
  dup2(to, STDOUT_FILENO);
  dup2(to, STDERR_FILENO);
  // With a buffer of its own: a stream that was in use keeps the habits of its old one.
  static char line[4096];
  setvbuf(stdout, line, _IOLBF, sizeof line);
}

}  // namespace

Forked::Forked(const std::function<int(int)>& work, Prints prints) {
  int ends[2];
  int printing[2] = {-1, -1};
  TRAINWRECK_CHECK(pipe2(ends, O_CLOEXEC) == 0, "a pipe to a child");
  if (prints == Prints::to_parent) {
    TRAINWRECK_CHECK(pipe2(printing, O_CLOEXEC) == 0, "a pipe for what a child prints");
    fcntl(printing[0], F_SETFL, O_NONBLOCK);
  }
  std::fflush(nullptr);  // or both would write what is waiting
  const pid_t parent = getpid();
  process_ = fork();
  TRAINWRECK_CHECK(process_ >= 0, "a child process");
  if (process_ == 0) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_DFL);  // also below nohup: a story finds what it would find anywhere
    close(ends[0]);
    if (prints == Prints::to_parent) print_to(printing[1]);
    const int code = work(ends[1]);
    std::fflush(nullptr);
    _exit(code);
  }
  close(ends[1]);
  from_ = ends[0];
  if (printing[1] >= 0) close(printing[1]);
  printed_from_ = printing[0];
}

Forked::Forked(Forked&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      from_(std::exchange(other.from_, -1)),
      printed_from_(std::exchange(other.printed_from_, -1)),
      heard_(std::move(other.heard_)),
      printed_(std::move(other.printed_)) {}

Forked& Forked::operator=(Forked&& other) noexcept {
  std::swap(process_, other.process_);
  std::swap(from_, other.from_);
  std::swap(printed_from_, other.printed_from_);
  std::swap(heard_, other.heard_);
  std::swap(printed_, other.printed_);
  return *this;
}

Forked::~Forked() {
  if (process_ >= 0) {
    send(SIGKILL);
    wait();
  }
  if (from_ >= 0) close(from_);
  if (printed_from_ >= 0) close(printed_from_);
}

bool Forked::hear() {
  char bytes[65536];
  const ssize_t count = read(from_, bytes, sizeof bytes);
  if (count < 0) return errno == EINTR;
  heard_.append(bytes, static_cast<std::size_t>(count));
  return count > 0;
}

// The end of what is printed may never come: whoever it forked itself may hold the pipe.
void Forked::hear_printed() {
  char bytes[65536];
  while (printed_from_ >= 0) {
    const ssize_t count = read(printed_from_, bytes, sizeof bytes);
    if (count > 0) printed_.add({bytes, static_cast<std::size_t>(count)});
    if (count > 0 || (count < 0 && errno == EINTR)) continue;
    if (count == 0) close(std::exchange(printed_from_, -1));
    return;
  }
}

bool Forked::hear_all(double seconds) {
  using std::chrono::steady_clock;
  const auto end = steady_clock::now() + std::chrono::duration<double>(seconds);
  while (true) {
    const std::chrono::duration<double, std::milli> left = end - steady_clock::now();
    if (left.count() <= 0.0) return false;
    pollfd polled[] = {{.fd = from_, .events = POLLIN, .revents = 0},
                       {.fd = printed_from_, .events = POLLIN, .revents = 0}};
    const int ready = poll(polled, 2, static_cast<int>(left.count()) + 1);
    if (ready <= 0) continue;
    if (polled[1].revents != 0) hear_printed();
    if (polled[0].revents != 0 && !hear()) return true;
  }
}

void Forked::send(int signal) const { ::kill(process_, signal); }

int Forked::wait() {
  int status = 0;
  while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  hear_printed();
  return status;
}

}  // namespace trainwreck
