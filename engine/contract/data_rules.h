#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "trainwreck/data.h"

namespace trainwreck {

// What every data source keeps. data_rules.cpp says what each one means.
enum class Rule : std::uint8_t {
  // One batch alone. A rule may rely on those above it.
  not_empty,
  rows_agree,
  weights_fit,
  finite,
  // A batch and the first one of its pass.
  one_dtype,
  one_rank,
  one_shape,
  // A pass.
  length_is_honest,
  length_is_stable,
  index_is_checked,
  stays_exhausted,
  ends,
  replays,
  samples_once,
  rows_once,
  // Two answers to one question, and one answer then and now.
  same_when_asked_twice,
  same_seed_same_data,
  untouched_after_hand_out,
  writes_every_value,
  thread_safe,
  // A life.
  epoch_end_keeps_kind,
  does_not_throw,
  usable_or_dead,
  does_not_crash
};
inline constexpr std::size_t kRules = static_cast<std::size_t>(Rule::does_not_crash) + 1;

struct RuleInfo {
  std::string_view name;
  std::string_view meaning;  // one sentence
};
const RuleInfo& info_of(Rule rule);
inline std::string_view name_of(Rule rule) { return info_of(rule).name; }
std::optional<Rule> rule_called(std::string_view name);
std::span<const std::string_view> rule_names();

class RuleSet {
 public:
  bool has(Rule rule) const { return rules_.test(static_cast<std::size_t>(rule)); }
  void add(Rule rule) { rules_.set(static_cast<std::size_t>(rule)); }
  void add(const RuleSet& others) { rules_ |= others.rules_; }
  friend bool operator==(const RuleSet&, const RuleSet&) = default;

 private:
  std::bitset<kRules> rules_;
};

// A rule that did not hold.
struct RuleBreak {
  Rule rule;
  std::string expected;
  std::string actual;
  bool shape = false;  // reported as a ShapeError; else as BadBatch
};
using RuleResult = std::optional<RuleBreak>;

// The rules that are functions of batches, under their names.
RuleResult not_empty(const Batch& batch);
RuleResult rows_agree(const Batch& batch);
RuleResult weights_fit(const Batch& batch);
RuleResult finite(const Batch& batch);
RuleResult one_dtype(const Batch& first, const Batch& batch);
RuleResult one_rank(const Batch& first, const Batch& batch);
RuleResult one_shape(const Batch& first, const Batch& batch);
RuleResult same_when_asked_twice(const Batch& first, const Batch& second);
RuleResult untouched_after_hand_out(std::uint64_t checksum_then, const Batch& now);

// Puts a value that no data has into every place of a batch's buffers, so that what its next maker
// leaves as it was found can be told.
void lay_traps(Batch& batch);
// Empties the parts that stayed absent, so that no trap is in what is handed on.
void lift_traps(Batch& batch);
RuleResult writes_every_value(const Batch& batch);  // no trap is left

// Of the values of one row, in all parts.
std::uint64_t row_checksum(const Batch& batch, std::int64_t row);
// Of all values, shapes and dtypes, by bits: NaN equals NaN.
std::uint64_t checksum(const Batch& batch);

// "batch 3 breaks rows_agree: expected 32 rows of y, got 31"
std::string text_of(const RuleBreak& rule_break, std::int64_t batch);

}  // namespace trainwreck
