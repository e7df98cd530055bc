#include "faults/outside/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace trainwreck::outside {
namespace {

struct DirectoryEntry {
  std::uint64_t inode;
  std::int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[1];
};

// The parent of a process, 0 if there is none such.
pid_t parent_of(int proc, const char* pid) {
  char path[32];
  char text[512];
  std::size_t length = strnlen(pid, 16);
  memcpy(path, pid, length);
  memcpy(path + length, "/stat", 6);
  const int file = openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return 0;
  text[size] = '\0';
  const char* at = strrchr(text, ')');  // a name may hold brackets, but it is followed by numbers
  if (at == nullptr || strnlen(at, 5) < 5) return 0;
  pid_t parent = 0;
  for (at += 4; *at >= '0' && *at <= '9'; ++at) parent = parent * 10 + (*at - '0');
  return parent;
}

pid_t number_of(const char* text) {
  pid_t number = 0;
  for (; *text >= '0' && *text <= '9'; ++text) number = number * 10 + (*text - '0');
  return *text == '\0' ? number : 0;
}

void kill_own_children() {
  const int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (proc < 0) return;
  const pid_t own = getpid();
  alignas(8) char buffer[8192];
  for (;;) {
    const long size = syscall(SYS_getdents64, proc, buffer, sizeof buffer);
    if (size <= 0) break;
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<const DirectoryEntry*>(buffer + at);
      const pid_t pid = number_of(entry->name);
      if (pid > 1 && parent_of(proc, entry->name) == own) kill(pid, SIGKILL);
      at += entry->length;
    }
  }
  close(proc);
}

void tell(int socket, KeeperNews news) { send(socket, &news, sizeof news, MSG_NOSIGNAL); }

// False when nobody is left.
bool reap(int socket, pid_t program) {
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(-1, &status, WNOHANG | __WALL);
    if (ended == 0) return true;
    if (ended < 0) return false;
    if (ended == program) tell(socket, {KeeperNews::Kind::program_ended, status});
  }
}

}  // namespace

void keep_children(int socket, pid_t program) {
  // It keeps nothing open that others wait for the end of.
  syscall(SYS_close_range, 0, socket - 1, 0);
  syscall(SYS_close_range, socket + 1, ~0U, 0);
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  const int ends = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  bool killing = false;
  while (reap(socket, program)) {
    // The dead hand their children over to us, so killing needs as many rounds as there are
    // generations.
    if (killing) kill_own_children();
    pollfd events[] = {{ends, POLLIN, 0}, {socket, POLLIN, 0}};
    poll(events, killing ? 1 : 2, killing ? 1 : -1);
    signalfd_siginfo info;
    while (read(ends, &info, sizeof info) > 0) {
    }
    killing = killing || events[1].revents != 0;
  }
  tell(socket, {KeeperNews::Kind::nothing_left, 0});
  _exit(0);
}

}  // namespace trainwreck::outside
