#include "scenarios/readers/h5_trial.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <string>
#include <string_view>

#include "engine/base/errors.h"

namespace trainwreck::values {
namespace {

constexpr std::size_t kLongestReason = 400;

[[noreturn]] void run_in_child(const std::function<void()>& work, unsigned cpu_seconds,
                               int answer) {
  for (const int signal_number : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGXCPU}) {
    std::signal(signal_number, SIG_DFL);
  }
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const rlimit cpu{cpu_seconds, cpu_seconds + 1};
  setrlimit(RLIMIT_CPU, &cpu);
  try {
    work();
  } catch (const std::exception& error) {
    const std::string_view why = std::string_view(error.what()).substr(0, kLongestReason);
    // A pipe holds that much; were it lost, the parent would still see how this ends.
    if (write(answer, why.data(), why.size()) < 0) _exit(2);
    _exit(1);
  }
  _exit(0);
}

std::string read_answer(int from) {
  std::string text(kLongestReason, '\0');
  const ssize_t size = read(from, text.data(), text.size());
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  // The place is told again when this is thrown again.
  return text.substr(0, text.rfind(" (at byte"));
}

int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    // Somebody who reaps every child took this one; then the answer has to do.
    if (errno != EINTR) return 0;
  }
  return status;
}

}  // namespace

void try_h5(const std::function<void()>& work, unsigned cpu_seconds) {
  int ends[2];
  if (pipe(ends) != 0) throw FormatError("cannot be tried: there is no pipe for it", 0);
  const pid_t child = fork();
  if (child == 0) run_in_child(work, cpu_seconds, ends[1]);
  close(ends[1]);
  const int status = child < 0 ? 0 : status_of(child);
  const std::string answer =
      child < 0 ? "cannot be tried: there is no process for it" : read_answer(ends[0]);
  close(ends[0]);
  if (!answer.empty()) throw FormatError(answer, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  const bool endless =
      WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
  throw FormatError(
      endless ? "keeps the HDF5 library busy without an end" : "makes the HDF5 library crash", 0);
}

}  // namespace trainwreck::values
