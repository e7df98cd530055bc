#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/random.h"

namespace trainwreck {

// What a disk promises. Each model is a rule about which of the operations that were done before
// the cut may be missing after it; what a sync has made durable never is.
enum class PersistenceModel : std::uint8_t {
  sigkill,          // nothing is lost but the write in flight: the page cache survives the process
  ext4_ordered,     // names in order, data in any order, a replaced file's data before its new name
  ordered_noalloc,  // the same without that last promise: a rename may overtake the data
  weak,             // names and data in any order; sizes without contents; torn sectors
  fsync_fails       // as ext4_ordered, and a sync may fail: what it was for may be lost for ever
};
std::string_view name_of(PersistenceModel model);
std::string_view help_of(PersistenceModel model);
std::span<const std::string_view> persistence_models();  // names, in the enum's order
std::optional<PersistenceModel> persistence_model_named(std::string_view name);

// Answers "which of n?", n >= 1, whenever the disk had a choice; 0 means that nothing is lost. One
// answer to every question is one legal state of the disk.
using CrashChoice = std::function<std::uint64_t(std::uint64_t options)>;
CrashChoice random_choice(const Random& random);

// Goes through all combinations of answers: ask `choice()` in as many runs as `next()` allows.
// Every run must ask the same questions as long as it gets the same answers.
class EveryChoice {
 public:
  CrashChoice choice();
  bool next();  // false: that was the last combination
  // How many answers each question of the latest run had.
  std::vector<std::uint64_t> options() const;

 private:
  struct Answer {
    std::uint64_t taken;
    std::uint64_t options;
  };
  std::vector<Answer> answers_;
  std::size_t asked_ = 0;
};

}  // namespace trainwreck
