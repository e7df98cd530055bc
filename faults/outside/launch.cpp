#include "faults/outside/launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "faults/outside/filter.h"
#include "faults/outside/keeper.h"

namespace trainwreck::outside {
namespace {

constexpr unsigned kFilterFlags =
    SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
constexpr rlim_t kDescriptors = 4096;

struct Pair {
  UniqueFd ours;
  UniqueFd theirs;
};

Pair make_pair_of(int type) {
  int ends[2];
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) {
    throw CannotWatch(fmt::format("no pair of sockets: {}", std::strerror(errno)));
  }
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Pair make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw CannotWatch(fmt::format("no pipe: {}", std::strerror(errno)));
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// What the program tells before it begins: its number, and the errno of what it could not do.
struct FirstWords {
  pid_t pid = 0;
  int error = 0;
};

// With sendmmsg, because sendmsg is among the calls that would wait for whom this is for.
bool send_first_words(int socket, const FirstWords& words, int listener) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  iovec bytes{const_cast<FirstWords*>(&words), sizeof words};
  mmsghdr message{};
  message.msg_hdr.msg_iov = &bytes;
  message.msg_hdr.msg_iovlen = 1;
  if (listener >= 0) {
    message.msg_hdr.msg_control = control;
    message.msg_hdr.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message.msg_hdr);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof listener);
    memcpy(CMSG_DATA(header), &listener, sizeof listener);
  }
  return sendmmsg(socket, &message, 1, MSG_NOSIGNAL) == 1;
}

int receive_first_words(int socket, FirstWords& words) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  iovec bytes{&words, sizeof words};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got = 0;
  while ((got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  if (got != static_cast<ssize_t>(sizeof words)) words.error = EPIPE;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  int listener = -1;
  if (header != nullptr) memcpy(&listener, CMSG_DATA(header), sizeof listener);
  return listener;
}

int install_filter(const std::vector<sock_filter>& filter) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  const sock_fprog code{static_cast<unsigned short>(filter.size()),
                        const_cast<sock_filter*>(filter.data())};
  return static_cast<int>(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, kFilterFlags, &code));
}

// All that a program needs, made before the fork: after it, in a process with threads, nothing may
// take memory.
struct Preparation {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::vector<sock_filter> filter;
  const ProgramToWreck* program;
  int socket;
  int output;
  int errors;
};

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, kDescriptors));
  setrlimit(RLIMIT_NOFILE, &limit);
}

void forget_signals() {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void be_the_program(const Preparation& prepared) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 1);  // or we could not look at it where we have changed our own user
  forget_signals();
  raise_descriptor_limit();
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, 0);
  dup2(prepared.output, 1);
  dup2(prepared.errors, 2);
  if (nothing > 2) close(nothing);
  FirstWords words{getpid(), 0};
  const std::string& folder = prepared.program->folder;
  if (!folder.empty() && chdir(folder.c_str()) != 0) words.error = errno;
  const int listener = words.error == 0 ? install_filter(prepared.filter) : -1;
  if (listener < 0 && words.error == 0) words.error = -errno;  // negative: of the filter
  send_first_words(prepared.socket, words, listener);
  char go = 0;
  if (words.error != 0 || read(prepared.socket, &go, 1) != 1) _exit(127);
  if (listener >= 0) syscall(SYS_close_range, listener, listener, 0);
  if (prepared.program->body) _exit(prepared.program->body());
  execvpe(prepared.arguments[0], prepared.arguments.data(), prepared.environment.data());
  words.error = errno;
  send_first_words(prepared.socket, words, -1);
  _exit(127);
}

[[noreturn]] void be_the_keeper(const Preparation& prepared, int socket) {
  setsid();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  const pid_t program = fork();
  if (program == 0) be_the_program(prepared);
  keep_children(socket, program);
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::string why(int filter_error) {
  switch (filter_error) {
    case EINVAL:
      return "this kernel is too old: watching programs needs Linux 5.19";
    case EBUSY:
      return "this process is itself watched through seccomp, and there can be one watcher alone: "
             "run outside of it";
    case EPERM:
    case EACCES:
    case ENOSYS:
      return "seccomp filters are not allowed here: allow the seccomp system call";
    default:
      return fmt::format("no seccomp filter: {}", std::strerror(filter_error));
  }
}

}  // namespace

std::optional<std::string> why_unavailable() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < kSelectLimit) {
    return fmt::format("at most {} open files are allowed, and watching needs {}: ulimit -Hn",
                       limit.rlim_max, kSelectLimit);
  }
  const std::vector<sock_filter> filter = make_filter({});
  const pid_t child = fork();
  if (child < 0) return fmt::format("no process: {}", std::strerror(errno));
  if (child == 0) _exit(install_filter(filter) >= 0 ? 0 : errno);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status)) return "a process that asked for a seccomp filter was killed";
  if (WEXITSTATUS(status) == 0) return std::nullopt;
  return why(WEXITSTATUS(status));
}

LaunchedProgram::LaunchedProgram(const ProgramToWreck& program) {
  Pair keeper_ends = make_pair_of(SOCK_SEQPACKET);
  Pair program_ends = make_pair_of(SOCK_SEQPACKET);
  Pair output = make_pipe();
  Pair errors = make_pipe();
  Preparation prepared{.arguments = pointers_to(program.command),
                       .environment = pointers_to(program.environment),
                       .filter = make_filter(program.blind_to),
                       .program = &program,
                       .socket = program_ends.theirs.get(),
                       .output = output.theirs.get(),
                       .errors = errors.theirs.get()};
  if (program.environment.empty()) {
    prepared.environment.clear();
    for (char** variable = environ; *variable != nullptr; ++variable) {
      prepared.environment.push_back(*variable);
    }
    prepared.environment.push_back(nullptr);
  }
  keeper_ = fork();
  if (keeper_ < 0) throw CannotWatch(fmt::format("no process: {}", std::strerror(errno)));
  if (keeper_ == 0) {
    for (UniqueFd* end : {&keeper_ends.ours, &program_ends.ours, &output.ours, &errors.ours}) {
      end->reset();
    }
    be_the_keeper(prepared, keeper_ends.theirs.get());
  }
  keeper_socket_ = std::move(keeper_ends.ours);
  program_socket_ = std::move(program_ends.ours);
  output_ = std::move(output.ours);
  errors_ = std::move(errors.ours);
  program_ends.theirs.reset();
  try {
    receive_listener();
  } catch (...) {
    kill_all();
    throw;
  }
}

LaunchedProgram::~LaunchedProgram() { kill_all(); }

void LaunchedProgram::receive_listener() {
  FirstWords words;
  listener_ = UniqueFd(receive_first_words(program_socket_.get(), words));
  pid_ = words.pid;
  if (words.error < 0) throw CannotWatch(why(-words.error));
  if (words.error > 0)
    throw CannotWatch(fmt::format("the program's folder: {}", std::strerror(words.error)));
}

void LaunchedProgram::let_go() { send(program_socket_.get(), "g", 1, MSG_NOSIGNAL); }

int LaunchedProgram::start_error() {
  FirstWords words;
  const ssize_t got = recv(program_socket_.get(), &words, sizeof words, MSG_DONTWAIT);
  return got == static_cast<ssize_t>(sizeof words) ? words.error : 0;
}

bool LaunchedProgram::news(News& news) {
  KeeperNews packet;
  const ssize_t got = recv(keeper_socket_.get(), &packet, sizeof packet, MSG_DONTWAIT);
  if (got == 0) {  // the keeper is gone, which takes somebody with more rights than the program has
    news = {.nothing_left = true};
    return true;
  }
  if (got != static_cast<ssize_t>(sizeof packet)) return false;
  news = {.nothing_left = packet.kind == KeeperNews::Kind::nothing_left,
          .wait_status = packet.wait_status};
  return true;
}

// The keeper dies last, so its end is the end of all.
void LaunchedProgram::kill_all() {
  if (keeper_ == 0) return;
  listener_.reset();
  send(keeper_socket_.get(), "k", 1, MSG_NOSIGNAL);
  while (waitpid(keeper_, nullptr, 0) < 0 && errno == EINTR) {
  }
  keeper_ = 0;
}

}  // namespace trainwreck::outside
