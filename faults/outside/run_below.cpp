#include "faults/outside/run_below.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "faults/outside/calls.h"
#include "faults/outside/desk.h"

namespace trainwreck::outside {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLockTick{20};

std::string spool_folder_of(const ProgramToWreck& program) {
  if (!program.spool_folder.empty()) return program.spool_folder;
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr ? folder : "/tmp";
}

// The lines are known from the calls that wrote them; here they only make room.
void drain(int pipe) {
  std::array<char, 65536> ignored;
  for (int i = 0; i < 16 && read(pipe, ignored.data(), ignored.size()) > 0; ++i) {
  }
}

// One run, from the first call to the last process.
class Supervision {
 public:
  Supervision(const ProgramToWreck& program, Strategy& strategy, Observed& observed)
      : program_(program),
        observed_(observed),
        launched_(program),
        listener_(UniqueFd(launched_.take_listener())),
        desk_(program, strategy, observed, listener_, launched_.keeper()) {
    desk_.outputs_are(launched_.output(), launched_.errors());
    for (const ProgramToWreck::TimedSignal& signal : program.signals) signals_.push_back(signal);
  }

  // Whatever happens, the program ends before the listener.
  void run() {
    try {
      supervise();
    } catch (...) {
      launched_.kill_all();
      throw;
    }
  }

 private:
  void supervise() {
    start_ = Steady::now();
    launched_.let_go();
    while (!over_ && !desk_.tree_is_to_be_killed()) {
      wait();
      desk_.work_off();
      keep_times();
    }
    Ending& ending = observed_.ending;
    ending.took = Steady::now() - start_;
    ending.tree_killed = desk_.tree_is_to_be_killed();
    if (ending.exit_code == 127) {
      if (const int error = launched_.start_error(); error != 0) {
        ending.start_error = std::strerror(error);
      }
    }
    launched_.kill_all();
  }

  // Answers one call; looks at everything else when there is none, and now and then.
  void wait() {
    std::array<pollfd, 5> events{{{listener_.fd(), POLLIN, 0},
                                  {desk_.wake_fd(), POLLIN, 0},
                                  {launched_.news_fd(), POLLIN, 0},
                                  {output_open_ ? launched_.output() : -1, POLLIN, 0},
                                  {errors_open_ ? launched_.errors() : -1, POLLIN, 0}}};
    const int ready = poll(events.data(), events.size(), time_left_ms());
    if (ready == 0 && desk_.files().any_locked()) desk_.files().drop_dead();
    if (ready <= 0) return;
    if ((events[0].revents & POLLIN) != 0) {
      Call call;
      if (listener_.receive(call)) serve(desk_, call);
    }
    if ((events[3].revents & POLLIN) != 0) drain(launched_.output());
    if ((events[4].revents & POLLIN) != 0) drain(launched_.errors());
    output_open_ = output_open_ && (events[3].revents & (POLLHUP | POLLIN)) != POLLHUP;
    errors_open_ = errors_open_ && (events[4].revents & (POLLHUP | POLLIN)) != POLLHUP;
    if (events[1].revents != 0) desk_.answer_syncs();
    if (events[2].revents != 0) hear_news();
  }

  void hear_news() {
    LaunchedProgram::News news;
    if (!launched_.news(news)) return;
    if (news.nothing_left) {
      over_ = true;
      return;
    }
    ended_at_ = Steady::now();
    Ending& ending = observed_.ending;
    if (WIFSIGNALED(news.wait_status)) ending.signal = WTERMSIG(news.wait_status);
    if (WIFEXITED(news.wait_status)) ending.exit_code = WEXITSTATUS(news.wait_status);
  }

  bool has_ended() const { return ended_at_ != Steady::time_point::max(); }

  Steady::time_point deadline() const {
    const Steady::time_point end = start_ + program_.timeout;
    return has_ended() ? std::min(end, ended_at_ + program_.orphans) : end;
  }

  int time_left_ms() const {
    Steady::time_point next = std::min(deadline(), desk_.next_time());
    for (const auto& signal : signals_) next = std::min(next, start_ + signal.after);
    const Steady::time_point now = Steady::now();
    if (desk_.files_are_locked()) next = std::min(next, now + kLockTick);
    const auto left = std::chrono::ceil<milliseconds>(next - now).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1000));
  }

  void keep_times() {
    const Steady::time_point now = Steady::now();
    std::erase_if(signals_, [&](const ProgramToWreck::TimedSignal& signal) {
      if (now < start_ + signal.after) return false;
      if (!has_ended()) kill(launched_.pid(), signal.number);
      return true;
    });
    if (over_ || now < deadline()) return;
    observed_.ending.orphans = has_ended();
    observed_.ending.timed_out = !has_ended();
    over_ = true;
  }

  const ProgramToWreck& program_;
  Observed& observed_;
  // Without a listener, calls that wait would fail and the program would go on.
  LaunchedProgram launched_;
  Listener listener_;
  Desk desk_;
  std::vector<ProgramToWreck::TimedSignal> signals_;
  Steady::time_point start_;
  Steady::time_point ended_at_ = Steady::time_point::max();
  bool over_ = false;
  bool output_open_ = true;
  bool errors_open_ = true;
};

}  // namespace

Observed run_below(const ProgramToWreck& program, Strategy& strategy) {
  Observed observed;
  observed.recording.spool = std::make_shared<Spool>(spool_folder_of(program), program.spool_bytes);
  Supervision(program, strategy, observed).run();
  return observed;
}

}  // namespace trainwreck::outside
