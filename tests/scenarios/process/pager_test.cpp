#include "scenarios/process/pager.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace trainwreck {
namespace {

// What comes out at the terminal that a child prints "hello" to so often, with this pager.
std::string on_a_terminal(const std::string& pager, int times = 1) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) return "no terminal";
  std::fflush(stdout);  // or the child would print what is waiting
  const pid_t child = fork();
  if (child == 0) {
    const int screen = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    dup2(screen, STDOUT_FILENO);
    setenv("PAGER", pager.c_str(), 1);
    {
      const Pager reading;
      for (int i = 0; i < times; ++i) std::printf("hello\n");
    }
    std::printf("after\n");
    std::fflush(stdout);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  std::string text;
  char bytes[4096];
  while (true) {  // to the end, which is an error once nobody has the terminal any more
    const ssize_t count = read(terminal, bytes, sizeof bytes);
    if (count <= 0) break;
    text.append(bytes, static_cast<std::size_t>(count));
  }
  close(terminal);
  return text;
}

TEST(Pager, StandsBetweenTheProgramAndATerminal) {
  EXPECT_EQ(on_a_terminal("sed s/^/read:/"), "read:hello\r\nafter\r\n");
  EXPECT_EQ(on_a_terminal("cat"), "hello\r\nafter\r\n");
  EXPECT_EQ(on_a_terminal(""), "hello\r\nafter\r\n");
}

TEST(Pager, AReaderMayLeaveBeforeTheEnd) {
  EXPECT_EQ(on_a_terminal("head -2", 100'000), "hello\r\nhello\r\n");
}

TEST(Pager, IsWhatTheEnvironmentSays) {
  const std::string path = std::getenv("PATH");
  setenv("PAGER", "more -s", 1);
  EXPECT_EQ(pager_command(), "more -s");
  setenv("PAGER", "cat", 1);
  EXPECT_EQ(pager_command(), "");
  unsetenv("PAGER");
  setenv("PATH", "/nowhere", 1);
  EXPECT_EQ(pager_command(), "") << "there is no less";
  setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace trainwreck
