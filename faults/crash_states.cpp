#include "faults/crash_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

using Kind = DiskOperation::Kind;
using Files = SimFileSystem::Files;

std::uint64_t mixed(std::uint64_t hash, std::string_view bytes) {
  hash ^=
      std::hash<std::string_view>{}(bytes) + 0x9E3779B97F4A7C15ULL + (hash << 6U) + (hash >> 2U);
  return hash * 0xBF58476D1CE4E5B9ULL;
}

std::uint64_t hash_of(const Files& files) {
  std::uint64_t hash = files.size();
  for (const auto& [path, bytes] : files) hash = mixed(mixed(hash, path), bytes);
  return hash;
}

// Takes `answer` at some questions and 0, nothing lost, everywhere else.
CrashChoice deviating(std::span<const std::pair<std::size_t, std::uint64_t>> at) {
  return [at, asked = std::size_t{0}](std::uint64_t options) mutable -> std::uint64_t {
    const std::size_t question = asked++;
    for (const auto& [position, answer] : at) {
      if (position == question) return std::min(answer, options - 1);
    }
    return 0;
  };
}

class Explorer {
 public:
  Explorer(const DiskStory& story, PersistenceModel model, const CrashBounds& bounds,
           const std::function<void(const CrashState&)>& visit)
      : story_(story), model_(model), bounds_(bounds), visit_(visit) {}

  CrashCount explore() {
    for (std::size_t done = 0; done <= story_.operations.size(); ++done) {
      cut(done, false);
      // Elsewhere the pieces of a write that was not synced say the same.
      const bool torn = model_ == PersistenceModel::sigkill && done < story_.operations.size() &&
                        story_.operations[done].kind == Kind::append;
      if (torn) cut(done, true);
    }
    count_.trees = trees_.size();
    return count_;
  }

 private:
  void cut(std::size_t done, bool in_flight) {
    ++count_.cuts;
    state_.done = done;
    state_.in_flight = in_flight;
    state_.promises = static_cast<std::size_t>(
        std::count_if(story_.promises.begin(), story_.promises.end(),
                      [&](std::size_t given_at) { return given_at <= done; }));
    if (in_flight) {
      torn_write(done);
    } else if (!every_combination(done)) {
      ++count_.bounded;
      few_at_a_time(done);
    }
  }

  DiskReplay replay(std::size_t done, const DiskOperation* in_flight,
                    const CrashChoice& choose) const {
    return DiskReplay({.start = story_.start,
                       .done = std::span(story_.operations).first(done),
                       .in_flight = in_flight},
                      model_, choose);
  }

  void torn_write(std::size_t done) {
    EveryChoice every;
    do {
      const CrashChoice choose = every.choice();
      show(replay(done, &story_.operations[done], choose), choose);
    } while (every.next());
  }

  // False where the bound came first.
  bool every_combination(std::size_t done) {
    EveryChoice every;
    const DiskReplay history = replay(done, nullptr, every.choice());
    const std::uint64_t before = count_.tried;
    do {
      if (count_.tried - before == bounds_.states_per_cut) return false;
      show(history, every.choice());
    } while (every.next());
    return true;
  }

  void few_at_a_time(std::size_t done) {
    EveryChoice nothing_lost;
    const DiskReplay history = replay(done, nullptr, nothing_lost.choice());
    history.after(nothing_lost.choice());
    const std::vector<std::uint64_t> options = nothing_lost.options();
    const std::uint64_t before = count_.tried;
    for (std::size_t first = 0; first < options.size(); ++first) {
      for (std::uint64_t answer = 1; answer < options[first]; ++answer) {
        deviations_ = {{first, answer}};
        show(history, deviating(deviations_));
      }
    }
    for (std::size_t first = 0; first < options.size(); ++first) {
      for (std::size_t second = first + 1; second < options.size(); ++second) {
        if (count_.tried - before >= bounds_.states_per_cut) return;
        deviations_ = {{first, 1}, {second, 1}};
        show(history, deviating(deviations_));
      }
    }
  }

  void show(const DiskReplay& history, const CrashChoice& choose) {
    ++count_.tried;
    state_.losses.clear();
    state_.files = history.after(choose, &state_.losses);
    state_.tree = hash_of(state_.files);
    trees_.insert(state_.tree);
    if (!seen_.insert(state_.tree * 31 + state_.promises).second) return;
    std::sort(state_.losses.begin(), state_.losses.end(),
              [](const DiskLoss& a, const DiskLoss& b) { return a.operation < b.operation; });
    visit_(state_);
  }

  const DiskStory& story_;
  PersistenceModel model_;
  const CrashBounds& bounds_;
  const std::function<void(const CrashState&)>& visit_;
  CrashState state_;
  CrashCount count_;
  std::unordered_set<std::uint64_t> trees_;
  std::unordered_set<std::uint64_t> seen_;
  std::vector<std::pair<std::size_t, std::uint64_t>> deviations_;
};

bool is_lost(const CrashState& state, std::size_t operation) {
  return std::any_of(state.losses.begin(), state.losses.end(),
                     [&](const DiskLoss& loss) { return loss.operation == operation; });
}

bool changes_the_disk(const DiskOperation& operation) {
  return operation.kind != Kind::sync && operation.kind != Kind::sync_directory &&
         operation.kind != Kind::make_directory;
}

std::string_view name_of(DiskLoss::Kind kind) {
  if (kind == DiskLoss::Kind::zeros) return "zeros in";
  return kind == DiskLoss::Kind::torn ? "torn" : "lost";
}

// What would have kept the operation from being lost.
std::string missing_sync(const DiskOperation& lost) {
  if (lost.kind == Kind::append) return fmt::format("sync of {}", lost.path);
  const std::string& name = lost.kind == Kind::rename ? lost.to : lost.path;
  return fmt::format("sync of the directory {}", directory_of(name));
}

}  // namespace

void CrashCount::add(const CrashCount& other) {
  cuts += other.cuts;
  tried += other.tried;
  trees += other.trees;
  bounded += other.bounded;
}

CrashCount for_each_crash_state(const DiskStory& story, PersistenceModel model,
                                const CrashBounds& bounds,
                                const std::function<void(const CrashState&)>& visit) {
  return Explorer(story, model, bounds, visit).explore();
}

std::string text_of(const DiskStory& story, std::size_t number) {
  const DiskOperation& operation = story.operations[number];
  constexpr std::string_view kWords[] = {"create",           "append",        "sync",
                                         "rename",           "remove",        "make directory",
                                         "remove directory", "sync directory"};
  std::string text = fmt::format("#{} {} {}", number,
                                 kWords[static_cast<std::size_t>(operation.kind)], operation.path);
  if (operation.kind == Kind::rename) text += " to " + operation.to;
  if (operation.failed) text += " (failed)";
  return text;
}

// The first loss that something later has overtaken; without one, what is there stops in the middle
// of what had to happen at once.
std::string explain_state(const DiskStory& story, const CrashState& state) {
  for (const DiskLoss& loss : state.losses) {
    for (std::size_t later = loss.operation + 1; later < state.done; ++later) {
      if (!changes_the_disk(story.operations[later]) || is_lost(state, later)) continue;
      return fmt::format("{} is {}, {} is there: no {} between them",
                         text_of(story, loss.operation), name_of(loss.kind), text_of(story, later),
                         missing_sync(story.operations[loss.operation]));
    }
  }
  if (!state.losses.empty()) {
    const DiskLoss& loss = state.losses.front();
    const std::string before =
        loss.operation == 0 ? "the start" : text_of(story, loss.operation - 1);
    return fmt::format("{} is there, {} is {}: nothing makes the two one step", before,
                       text_of(story, loss.operation), name_of(loss.kind));
  }
  const std::string last = state.done == 0 ? "the start" : text_of(story, state.done - 1);
  if (state.done == story.operations.size()) return "all is there up to " + last;
  return fmt::format("{} is there, {} is {}: nothing makes the two one step", last,
                     text_of(story, state.done), state.in_flight ? "torn" : "not yet");
}

std::string explain_broken_promise(const DiskStory& story, const CrashState& state) {
  const std::size_t given_at = story.promises[state.promises - 1];
  if (!state.losses.empty() && state.losses.front().operation < given_at) {
    const DiskLoss& loss = state.losses.front();
    return fmt::format("{} is {} although it was promised after {}: no {} between them",
                       text_of(story, loss.operation), name_of(loss.kind),
                       text_of(story, given_at - 1),
                       missing_sync(story.operations[loss.operation]));
  }
  return explain_state(story, state);
}

}  // namespace trainwreck
