#include "scenarios/process/watched_process.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <new>
#include <thread>
#include <vector>

#include "engine/base/check.h"

namespace trainwreck {
namespace {

using Steady = std::chrono::steady_clock;

// Shared with the child, so that it outlives the child's death.
struct Shared {
  std::atomic<std::uint64_t> scripts{0};
  std::atomic<bool> finished{false};
  std::atomic<std::uint32_t> size{0};
  std::uint8_t bytes[4096];
};

class SharedPage {
 public:
  SharedPage() {
    void* memory =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    TRAINWRECK_CHECK(memory != MAP_FAILED, "memory to share with a child process");
    shared_ = new (memory) Shared;
  }
  SharedPage(const SharedPage&) = delete;
  SharedPage& operator=(const SharedPage&) = delete;
  ~SharedPage() { munmap(shared_, sizeof(Shared)); }

  Shared& operator*() { return *shared_; }
  Shared* operator->() { return shared_; }

 private:
  Shared* shared_;
};

void note(Shared& shared, const SourceScript& script) {
  const std::vector<std::uint8_t> bytes = encode_script(script);
  const std::size_t size = std::min(bytes.size(), sizeof shared.bytes);
  std::copy_n(bytes.begin(), size, shared.bytes);
  shared.size = static_cast<std::uint32_t>(size);
  ++shared.scripts;
}

[[noreturn]] void be_the_child(Shared& shared, const std::function<int(const AboutToRun&)>& work) {
  const int code = work([&](const SourceScript& script) { note(shared, script); });
  std::fflush(stdout);
  std::fflush(stderr);
  shared.finished = true;
  _exit(code);
}

// Waits for the child's end, or kills it when a script takes too long. True: it was killed.
bool wait_or_kill(pid_t child, const Shared& shared, double timeout_s, int& status) {
  std::uint64_t seen = 0;
  Steady::time_point since = Steady::now();
  std::chrono::microseconds nap{200};
  for (;;) {
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return false;
    TRAINWRECK_CHECK(ended == 0 || errno == EINTR, "a child process to wait for");
    if (shared.scripts != seen) {
      seen = shared.scripts;
      since = Steady::now();
    }
    if (std::chrono::duration<double>(Steady::now() - since).count() > timeout_s) break;
    std::this_thread::sleep_for(nap);
    nap = std::min(2 * nap, std::chrono::microseconds{20'000});
  }
  kill(child, SIGKILL);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return true;
}

}  // namespace

WatchedEnd in_watched_process(const std::function<int(const AboutToRun&)>& work, double timeout_s) {
  SharedPage shared;
  std::fflush(stdout);
  std::fflush(stderr);
  const pid_t child = fork();
  TRAINWRECK_CHECK(child >= 0, "a child process");
  if (child == 0) be_the_child(*shared, work);
  int status = 0;
  WatchedEnd end;
  end.hung = wait_or_kill(child, *shared, timeout_s, status);
  end.finished = shared->finished;
  if (!end.hung && WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  const std::span<const std::uint8_t> bytes(shared->bytes, shared->size);
  end.last = decode_script(bytes);
  return end;
}

}  // namespace trainwreck
