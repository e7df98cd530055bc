#include "scenarios/process/pager.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace trainwreck {
namespace {

bool is_in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace

std::string pager_command() {
  if (const char* wanted = std::getenv("PAGER")) {
    return std::string(wanted) == "cat" ? std::string() : std::string(wanted);
  }
  return is_in_path("less") ? "less" : "";
}

Pager::Pager() {
  const std::string command = pager_command();
  int ends[2];
  if (isatty(STDOUT_FILENO) == 0 || command.empty() || pipe2(ends, O_CLOEXEC) != 0) return;
  std::fflush(stdout);
  pager_ = fork();
  if (pager_ == 0) {
    dup2(ends[0], STDIN_FILENO);
    setenv("LESS", "FRX", 0);  // what fits on the screen is just printed
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  if (pager_ > 0) {
    terminal_ = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    dup2(ends[1], STDOUT_FILENO);
    before_ = signal(SIGPIPE, [](int) { _exit(0); });  // the reader has had enough
  }
  close(ends[0]);
  close(ends[1]);
}

Pager::~Pager() {
  if (pager_ <= 0) return;
  std::fflush(stdout);
  signal(SIGPIPE, before_);
  dup2(terminal_, STDOUT_FILENO);
  close(terminal_);
  while (waitpid(pager_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace trainwreck
