#include "scenarios/runner/power_cut.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "faults/power/crash_states.h"
#include "scenarios/runner/run.h"

namespace trainwreck {
namespace {

enum class Damage : std::uint8_t { none, torn, mixed, lost };

// What the loader, and the story told again, make of one disk; no matter what was promised.
struct Reading {
  Damage damage = Damage::none;  // torn or mixed
  std::string why;
  std::map<std::string, std::size_t> saves;  // by path: which of the story's saves is there
  std::int64_t resumed_from = 0;             // committed steps that need not be done again
};

class PowerCuts {
 public:
  PowerCuts(const Plan& plan, const Outcome& uninterrupted, const Vocabulary& vocabulary,
            const std::function<void(std::uint64_t)>& progress)
      : again_(plan),
        wish_(*plan.scenario.power_cut),
        uninterrupted_(uninterrupted),
        vocabulary_(vocabulary),
        progress_(progress) {
    again_.scenario.power_cut.reset();
    again_.evidence = {};
  }

  PowerCutOutcome cut(PersistenceModel model) {
    found_ = {.model = std::string(name_of(model))};
    if (model != PersistenceModel::fsync_fails) {
      explore(*uninterrupted_.disk, model);
      return std::move(found_);
    }
    const std::int64_t syncs = std::count_if(
        uninterrupted_.disk->done.begin(), uninterrupted_.disk->done.end(),
        [](const DiskOperation& one) { return one.kind == DiskOperation::Kind::sync; });
    for (std::int64_t nth = 0; nth < syncs; ++nth) explore(with_failing_sync(nth), model);
    if (syncs == 0) explore(*uninterrupted_.disk, model);
    return std::move(found_);
  }

 private:
  DiskRecord with_failing_sync(std::int64_t nth) const {
    Plan failing = again_;
    failing.evidence.disk = true;
    failing.failing_sync = nth;
    return *run(failing, vocabulary_).disk;
  }

  void explore(const DiskRecord& record, PersistenceModel model) {
    record_ = &record;
    story_ = {.start = record.start, .operations = record.done, .promises = {}};
    for (const DiskPromise& promise : record.promises) story_.promises.push_back(promise.after);
    readings_.clear();
    found_.count.add(for_each_crash_state(
        story_, model, {.states_per_cut = static_cast<std::uint64_t>(wish_.states_per_cut)},
        [&](const CrashState& state) { judge_state(state); }));
  }

  void judge_state(const CrashState& state) {
    auto known = readings_.find(state.tree);
    if (known == readings_.end()) known = readings_.emplace(state.tree, read(state)).first;
    ++found_.judged;
    if (progress_) progress_(found_.judged);
    const Reading& reading = known->second;
    const std::uint64_t before = found_.torn + found_.mixed + found_.lost;
    if (reading.damage == Damage::torn) {
      note(found_.torn, found_.torn_example, state, reading.why);
    } else if (reading.damage == Damage::mixed) {
      note(found_.mixed, found_.mixed_example, state, reading.why);
    } else if (const std::string lost = lost_by(state, reading); !lost.empty()) {
      if (found_.lost++ == 0) {
        found_.lost_example = fmt::format("{}: {}", lost, explain_broken_promise(story_, state));
      }
    }
    const bool is_bad = found_.torn + found_.mixed + found_.lost > before;
    if (is_bad) ++found_.bad[static_cast<std::size_t>(state.phase)];
  }

  void note(std::uint64_t& count, std::string& example, const CrashState& state,
            const std::string& why) const {
    if (count++ > 0) return;
    example = fmt::format("{}: {}", why, explain_state(story_, state));
  }

  Reading read(const CrashState& state) const {
    Reading reading;
    for (const auto& [path, bytes] : state.files) read_file(path, bytes, reading);
    if (wish_.resume && reading.damage == Damage::none) resume(state.files, reading);
    return reading;
  }

  // A checkpoint must be one that the story saved, here or (a copy) anywhere.
  void read_file(const std::string& path, const std::string& bytes, Reading& reading) const {
    const std::vector<DiskPromise>& promises = record_->promises;
    const bool is_checkpoint =
        std::any_of(promises.begin(), promises.end(),
                    [&](const DiskPromise& promise) { return promise.path == path; });
    if (!is_checkpoint || reading.damage != Damage::none) return;
    try {
      decode(bytes);
    } catch (const std::exception& error) {
      reading.damage = Damage::torn;
      reading.why = fmt::format("{} cannot be loaded ({})", path, error.what());
      return;
    }
    const std::string checksum = checksum_of(bytes);
    for (std::size_t i = promises.size(); i-- > 0;) {
      if (promises[i].path == path && promises[i].checksum == checksum) {
        reading.saves[path] = i;
        return;
      }
    }
    reading.damage = Damage::mixed;
    reading.why = fmt::format("{} is none of the checkpoints that were saved there", path);
  }

  void resume(const SimFileSystem::Files& files, Reading& reading) const {
    Plan again = again_;
    again.scenario.given.files = files;
    const Outcome outcome = run(again, vocabulary_);
    const CallOutcome& here = outcome.calls.back();
    const CallOutcome& there = uninterrupted_.calls.back();
    reading.resumed_from = there.steps - here.steps;
    if (here.error) {
      reading.damage = Damage::torn;
      reading.why =
          fmt::format("the run cannot go on ({}: {})", here.error->type, here.error->message);
    } else if (here.weights != there.weights) {
      reading.damage = Damage::mixed;
      reading.why = fmt::format("the run goes on after {} steps and ends with other weights",
                                reading.resumed_from);
    }
  }

  // What was promised last at each path, unless it was deleted since.
  std::string lost_by(const CrashState& state, const Reading& reading) const {
    std::map<std::string, std::optional<std::size_t>> promised;
    for (std::size_t i = 0; i < state.promises; ++i) {
      const DiskPromise& promise = record_->promises[i];
      if (!promise.withdrawn) {
        promised[promise.path] = i;
        continue;
      }
      for (auto& [path, save] : promised) {
        if (path == promise.path || path.starts_with(promise.path + "/")) save.reset();
      }
    }
    for (const auto& [path, save] : promised) {
      if (!save) continue;
      const auto there = reading.saves.find(path);
      if (there == reading.saves.end()) return path + " is gone";
      if (there->second < *save) return path + " is an older one";
      const std::int64_t step = record_->promises[*save].step;
      if (wish_.resume && reading.resumed_from < step) {
        return fmt::format("the run goes on from step {}, step {} was saved", reading.resumed_from,
                           step);
      }
    }
    return {};
  }

  Plan again_;
  const PowerCutWish& wish_;
  const Outcome& uninterrupted_;
  const Vocabulary& vocabulary_;
  const std::function<void(std::uint64_t)>& progress_;
  const DiskRecord* record_ = nullptr;
  DiskStory story_;  // the same, as the explorer wants it
  std::unordered_map<std::uint64_t, Reading> readings_;
  PowerCutOutcome found_;
};

}  // namespace

std::vector<PowerCutOutcome> cut_power_everywhere(
    const Plan& plan, const Outcome& uninterrupted, const Vocabulary& vocabulary,
    const std::function<void(std::uint64_t)>& progress) {
  PowerCuts cuts(plan, uninterrupted, vocabulary, progress);
  std::vector<PowerCutOutcome> outcomes;
  for (const std::string& name : plan.scenario.power_cut->models) {
    outcomes.push_back(cuts.cut(*persistence_model_named(name)));
  }
  return outcomes;
}

std::vector<std::string> states_texts(const PowerCutOutcome& outcome) {
  std::vector<std::string> texts;
  for (const std::uint64_t tried : outcome.count.tried) texts.push_back(fmt::format("{}", tried));
  if (outcome.count.bounded > 0) texts.back() += "+";
  return texts;
}

std::string power_cut_rows(const Plan& plan, const std::vector<PowerCutOutcome>& outcomes) {
  std::string text;
  for (const PowerCutOutcome& one : outcomes) {
    text +=
        fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", plan.scenario.name,
                    plan.profile, one.model, one.count.cuts, fmt::join(states_texts(one), " | "),
                    one.count.trees, one.torn, one.mixed, one.lost);
  }
  return text;
}

}  // namespace trainwreck
