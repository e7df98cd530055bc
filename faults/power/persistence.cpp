#include "faults/power/persistence.h"

#include <algorithm>
#include <array>

namespace trainwreck {
namespace {

constexpr std::array<std::string_view, 5> kNames{"sigkill", "ext4_ordered", "ordered_noalloc",
                                                 "weak", "fsync_fails"};
constexpr std::array<std::string_view, 5> kHelp{
    "the process is killed, the disk is not: all that was written is there",
    "ext4 as it comes: names in order, a replaced file's data before its new name",
    "names in order, but a new name may overtake its data",
    "names and data in any order, sizes without contents, torn sectors",
    "as ext4_ordered, and a sync may fail: what it was for may be lost for ever"};

}  // namespace

std::string_view name_of(PersistenceModel model) { return kNames[static_cast<std::size_t>(model)]; }
std::string_view help_of(PersistenceModel model) { return kHelp[static_cast<std::size_t>(model)]; }
std::span<const std::string_view> persistence_models() { return kNames; }

std::optional<PersistenceModel> persistence_model_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<PersistenceModel>(found - kNames.begin());
}

CrashChoice random_choice(const Random& random) {
  return [random, draw = std::uint64_t{0}](std::uint64_t options) mutable {
    return random.below(draw++, options);
  };
}

CrashChoice EveryChoice::choice() {
  asked_ = 0;
  return [this](std::uint64_t options) {
    if (asked_ == answers_.size()) answers_.push_back({.taken = 0, .options = options});
    return answers_[asked_++].taken;
  };
}

std::vector<std::uint64_t> EveryChoice::options() const {
  std::vector<std::uint64_t> all;
  for (const Answer& answer : answers_) all.push_back(answer.options);
  return all;
}

bool EveryChoice::next() {
  while (!answers_.empty() && answers_.back().taken + 1 == answers_.back().options) {
    answers_.pop_back();
  }
  if (answers_.empty()) return false;
  ++answers_.back().taken;
  return true;
}

}  // namespace trainwreck
