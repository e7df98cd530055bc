#include "faults/power/crash_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
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

// An answer that is not "nothing is lost".
struct Deviation {
  std::size_t question = 0;
  std::uint64_t answer = 0;
};

// Deviates there, and nowhere else.
CrashChoice deviating(std::span<const Deviation> deviations) {
  return [deviations, asked = std::size_t{0}](std::uint64_t options) mutable -> std::uint64_t {
    const std::size_t question = asked++;
    for (const Deviation& one : deviations) {
      if (one.question == question) return std::min(one.answer, options - 1);
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
    for (const auto phase :
         {CrashPhase::prefix, CrashPhase::one_lost, CrashPhase::one_torn, CrashPhase::several}) {
      phase_ = phase;
      for (std::size_t done = 0; done <= story_.operations.size(); ++done) cut(done);
    }
    count_.cuts += story_.operations.size() + 1;
    count_.trees = trees_.size();
    return count_;
  }

 private:
  void cut(std::size_t done) {
    state_.done = done;
    state_.promises = static_cast<std::size_t>(
        std::count_if(story_.promises.begin(), story_.promises.end(),
                      [&](std::size_t given_at) { return given_at <= done; }));
    EveryChoice nothing_lost;
    const DiskReplay history = replay(done, nullptr, nothing_lost.choice());
    if (phase_ == CrashPhase::prefix) {
      show(history, nothing_lost.choice());
    } else if (phase_ == CrashPhase::several) {
      if (every_combination(history)) return;
      ++count_.bounded;
      pairs(history);
    } else {
      one_at_a_time(history);
      if (phase_ == CrashPhase::one_torn) interrupt(done);
    }
  }

  // Elsewhere the pieces of a write that was not synced say the same.
  void interrupt(std::size_t done) {
    const bool torn = model_ == PersistenceModel::sigkill && done < story_.operations.size() &&
                      story_.operations[done].kind == Kind::append;
    if (!torn) return;
    ++count_.cuts;
    state_.in_flight = true;
    EveryChoice every;
    do {
      const CrashChoice choose = every.choice();
      show(replay(done, &story_.operations[done], choose), choose);
    } while (every.next());
    state_.in_flight = false;
  }

  DiskReplay replay(std::size_t done, const DiskOperation* in_flight,
                    const CrashChoice& choose) const {
    return DiskReplay({.start = story_.start,
                       .done = std::span(story_.operations).first(done),
                       .in_flight = in_flight},
                      model_, choose);
  }

  // How many answers there are to each question that this history asks.
  static std::vector<std::uint64_t> options_of(const DiskReplay& history) {
    EveryChoice nothing_lost;
    history.after(nothing_lost.choice());
    return nothing_lost.options();
  }

  // Every way in which the pieces of one operation can be missing.
  void one_at_a_time(const DiskReplay& history) {
    for (const auto& [operation, pieces] : pieces_of(history)) {
      deviations_.clear();
      shown_ = 0;
      combine(history, pieces, 0);
      if (shown_ > bounds_.states_per_cut) ++count_.bounded;
    }
  }

  // By operation: of each of its pieces the answers that make it missing, and nothing else.
  using Pieces = std::vector<std::vector<Deviation>>;
  static std::map<std::size_t, Pieces> pieces_of(const DiskReplay& history) {
    const std::vector<std::uint64_t> options = options_of(history);
    std::map<std::size_t, Pieces> pieces;
    std::vector<DiskLoss> losses;
    for (std::size_t question = 0; question < options.size(); ++question) {
      std::map<std::size_t, std::vector<Deviation>> here;
      for (std::uint64_t answer = 1; answer < options[question]; ++answer) {
        const Deviation deviation{question, answer};
        losses.clear();
        history.after(deviating({&deviation, 1}), &losses);
        if (losses.size() == 1) here[losses.front().operation].push_back(deviation);
      }
      for (auto& [operation, answers] : here) pieces[operation].push_back(std::move(answers));
    }
    return pieces;
  }

  void combine(const DiskReplay& history, const Pieces& pieces, std::size_t from) {
    if (from == pieces.size()) {
      if (deviations_.empty() || shown_++ >= bounds_.states_per_cut) return;
      show(history, deviating(deviations_));
      return;
    }
    combine(history, pieces, from + 1);
    for (const Deviation& deviation : pieces[from]) {
      deviations_.push_back(deviation);
      combine(history, pieces, from + 1);
      deviations_.pop_back();
    }
  }

  // False where the bound came first.
  bool every_combination(const DiskReplay& history) {
    EveryChoice every;
    shown_ = 0;
    do {
      if (shown_++ == bounds_.states_per_cut) return false;
      show(history, every.choice());
    } while (every.next());
    return true;
  }

  void pairs(const DiskReplay& history) {
    const std::vector<std::uint64_t> options = options_of(history);
    shown_ = 0;
    for (std::size_t first = 0; first < options.size(); ++first) {
      for (std::size_t second = first + 1; second < options.size(); ++second) {
        if (shown_++ >= bounds_.states_per_cut) return;
        deviations_ = {{first, 1}, {second, 1}};
        show(history, deviating(deviations_));
      }
    }
  }

  CrashPhase phase_of_state() const {
    if (state_.in_flight) return CrashPhase::one_torn;
    if (state_.losses.empty()) return CrashPhase::prefix;
    if (state_.losses.size() > 1) return CrashPhase::several;
    const bool gone = state_.losses.front().kind == DiskLoss::Kind::gone;
    return gone ? CrashPhase::one_lost : CrashPhase::one_torn;
  }

  // What belongs to another phase is left to that.
  void show(const DiskReplay& history, const CrashChoice& choose) {
    state_.losses.clear();
    state_.files = history.after(choose, &state_.losses);
    if (phase_of_state() != phase_) return;
    ++count_.tried[static_cast<std::size_t>(phase_)];
    state_.tree = hash_of(state_.files);
    trees_.insert(state_.tree);
    if (!seen_.insert(state_.tree * 31 + state_.promises).second) return;
    state_.phase = phase_;
    std::sort(state_.losses.begin(), state_.losses.end(),
              [](const DiskLoss& a, const DiskLoss& b) { return a.operation < b.operation; });
    visit_(state_);
  }

  const DiskStory& story_;
  PersistenceModel model_;
  const CrashBounds& bounds_;
  const std::function<void(const CrashState&)>& visit_;
  CrashPhase phase_ = CrashPhase::prefix;
  CrashState state_;
  CrashCount count_;
  std::unordered_set<std::uint64_t> trees_;
  std::unordered_set<std::uint64_t> seen_;
  std::vector<Deviation> deviations_;
  std::uint64_t shown_ = 0;  // of what the bounds limit
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

std::uint64_t CrashCount::states() const {
  return std::accumulate(tried.begin(), tried.end(), std::uint64_t{0});
}

void CrashCount::add(const CrashCount& other) {
  cuts += other.cuts;
  for (std::size_t phase = 0; phase < tried.size(); ++phase) tried[phase] += other.tried[phase];
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
