#include "scenarios/runner/real_run.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>

#include "engine/base/errors.h"
#include "engine/seams/seams.h"
#include "engine/trainer/exit_code.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/language/build.h"
#include "scenarios/process/black_box.h"
#include "scenarios/process/forked.h"
#include "scenarios/process/scratch_disk.h"
#include "scenarios/runner/call_message.h"
#include "scenarios/runner/child_world.h"
#include "scenarios/runner/process_run.h"
#include "scenarios/runner/run_parts.h"

namespace trainwreck {
namespace {

// The chapters between two restarts.
struct ProcessChapters {
  std::int32_t run = 0;
  std::span<const Chapter> chapters;
};

std::int64_t entries_in(const char* folder) {
  std::error_code error;
  return std::distance(std::filesystem::directory_iterator(folder, error),
                       std::filesystem::directory_iterator());
}

using Handlers = std::map<int, sighandler_t>;

// Of every signal that can have one.
Handlers handlers_now() {
  Handlers handlers;
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction now {};
    if (sigaction(number, nullptr, &now) == 0) handlers.emplace(number, now.sa_handler);
  }
  return handlers;
}

std::vector<int> changed(const Handlers& before, const Handlers& after) {
  std::vector<int> numbers;
  for (const auto& [number, then] : before) {
    const auto now = after.find(number);
    if (now == after.end() || now->second != then) numbers.push_back(number);
  }
  return numbers;
}

// The child's side.
class Child {
 public:
  Child(const Plan& plan, const Vocabulary& vocabulary, const ProcessChapters& story, BlackBox& box,
        const ScratchDisk& disk, int to)
      : plan_(plan), vocabulary_(vocabulary), story_(story), box_(box), disk_(disk), to_(to) {}

  // Returns the exit code of a training process that ended in this way.
  int live() {
    try {
      settle();
      return tell_story();
    } catch (const std::exception& error) {
      fail(error.what());
    }
  }

 private:
  void settle() {
    disk_.enter();
    become_unprivileged();
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // another user's process has to ask again
    box_.listen();
  }

  int tell_story() {
    const std::int64_t files = entries_in("/proc/self/fd");
    const Handlers handlers = handlers_now();
    int code = 0;
    {
      ChildWorld world(plan_, box_.trace(), disk_,
                       [this](const Message& message) { tell(message); });
      ProcessRun process(plan_, vocabulary_, world, story_.run);
      for (const Chapter& chapter : story_.chapters) {
        CallOutcome outcome = process.call(chapter);
        world.lift_limits();
        code = exit_code_of(outcome.status, outcome.error ? outcome.error->type : "",
                            signal_of(outcome));
        tell({.parameters = process.parameters(), .call = std::move(outcome)});
      }
      left_.memory_peak = world.memory().peak();
      left_.memory_left_reserved = world.memory().in_use();
    }
    left_.files_left_open = entries_in("/proc/self/fd") - files;
    left_.tasks_left = entries_in("/proc/self/task") - 1;
    left_.handlers_left = changed(handlers, handlers_now());
    tell({.resources = left_});
    return code;
  }

  static int signal_of(const CallOutcome& outcome) {
    if (outcome.status != Status::interrupted || !outcome.error) return 0;
    try {
      std::rethrow_exception(outcome.error->error);
    } catch (const Interrupted& interrupted) {
      return interrupted.signal_number;
    } catch (...) {
      return 0;
    }
  }

  void tell(const Message& message) { write_all(to_, bytes_of(message)); }

  [[noreturn]] void fail(const std::string& why) {
    tell({.harness_failed = why});
    _exit(1);  // nobody asks: the run has no outcome
  }

  const Plan& plan_;
  const Vocabulary& vocabulary_;
  ProcessChapters story_;
  BlackBox& box_;
  const ScratchDisk& disk_;
  int to_;
  Resources left_;
};

// The parent's side.
class RealRun {
 public:
  RealRun(const Plan& plan, const Vocabulary& vocabulary, BlackBox* box)
      : plan_(plan),
        vocabulary_(vocabulary),
        own_box_(box == nullptr ? std::make_unique<BlackBox>() : nullptr),
        box_(box == nullptr ? *own_box_ : *box),
        disk_(plan.scenario.given.files, plan.scenario.given.disk_bytes) {}

  Outcome tell() {
    const std::vector<Chapter>& chapters = plan_.scenario.chapters;
    auto at = chapters.begin();
    for (std::int32_t run = 0;; ++run) {
      const auto restart = std::find_if(at, chapters.end(), [](const Chapter& chapter) {
        return chapter.action == Action::restart;
      });
      live_once({.run = run, .chapters = {at, restart}});
      if (restart == chapters.end()) break;
      disk_.lose(restart->loses);
      at = restart + 1;
    }
    return finish();
  }

 private:
  void live_once(const ProcessChapters& story) {
    Forked child([&](int to) { return Child(plan_, vocabulary_, story, box_, disk_, to).live(); });
    ProcessEnd end{.run = story.run};
    end.hung = !child.hear_all(plan_.scenario.timeout_seconds);
    if (end.hung) {
      box_.ask(child.process());
      child.send(SIGKILL);
    }
    const int status = child.wait();
    end.stack = box_.stack();
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
    const std::size_t told = listen(child.heard());
    for (std::size_t i = told; i < story.chapters.size(); ++i) {
      outcome_.calls.push_back(cut_off(end, static_cast<std::int64_t>(i)));
    }
    // What stood there between two calls of one process is not known.
    const std::map<std::string, std::string> files = disk_.files();
    for (auto call = outcome_.calls.end() - static_cast<std::ptrdiff_t>(story.chapters.size());
         call != outcome_.calls.end(); ++call) {
      call->files = files;
    }
    outcome_.processes.push_back(end);
  }

  // How many calls the child told of.
  std::size_t listen(std::string_view bytes) {
    std::size_t calls = 0;
    while (auto message = take_message(bytes)) {
      if (!message->harness_failed.empty()) throw std::runtime_error(message->harness_failed);
      if (!message->parameters.empty()) outcome_.parameters = std::move(message->parameters);
      if (message->weights) outcome_.weights.push_back(std::move(*message->weights));
      if (message->resources) outcome_.resources = *message->resources;
      if (!message->call) continue;
      outcome_.calls.push_back(std::move(*message->call));
      ++calls;
    }
    return calls;
  }

  static CallOutcome cut_off(const ProcessEnd& end, std::int64_t call) {
    CallOutcome outcome{.began = {.run = end.run, .fit = call}, .status = Status::failed};
    outcome.ending = end.hung ? Ending::hung : Ending::died;
    outcome.cause = end.hung          ? "no end in time"
                    : end.signal != 0 ? fmt::format("SIG{}", sigabbrev_np(end.signal))
                                      : fmt::format("exit {}", end.exit_code);
    return outcome;
  }

  // The dead cannot tell what struck them, but the trace does.
  void find_strikes() {
    for (const Chapter& chapter : plan_.scenario.chapters) {
      for (const Part& part : chapter.when) outcome_.faults.push_back(struck_by(part));
    }
  }

  FaultOutcome struck_by(const Part& part) const {
    RealWorld world;
    const Seams seams = world.seams();
    Trigger trigger;
    build_fault(part, vocabulary_, {.catalogs = vocabulary_.engine, .seams = seams}, trigger);
    FaultOutcome fault{.kind = part.kind, .fired = {}, .pointer = part.pointer};
    for (const TraceLine& line : outcome_.trace.lines) {
      if (line.event.kind != TraceKind::fault || line.event.what != fault.kind) continue;
      const auto address = address_from(line.event.detail);
      if (address && trigger.matches(address->at, address->site, address->detail, address->nth)) {
        fault.fired.push_back(*address);
      }
    }
    return fault;
  }

  Outcome finish() {
    if (box_.trace().lost() > 0) throw std::runtime_error("the trace of a real process is full");
    outcome_.trace = box_.trace().harvest();
    outcome_.trace.fields = fields_of({});  // nobody stands by with more than the events
    outcome_.files = disk_.files();
    find_strikes();
    return std::move(outcome_);
  }

  const Plan& plan_;
  const Vocabulary& vocabulary_;
  std::unique_ptr<BlackBox> own_box_;
  BlackBox& box_;
  ScratchDisk disk_;
  Outcome outcome_;
};

}  // namespace

Outcome run_for_real(const Plan& plan, const Vocabulary& vocabulary, BlackBox* box) {
  return RealRun(plan, vocabulary, box).tell();
}

}  // namespace trainwreck
