#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/data_source.h"

namespace trainwreck {

// A rule of the data contract that did not hold.
struct RuleBreak {
  std::string_view rule;  // the name of the function below
  std::string expected;
  std::string actual;
  bool shape = false;  // reported as a ShapeError; else as BadBatch
};
using RuleResult = std::optional<RuleBreak>;

// One batch alone. The cheap ones come first; a rule may rely on those above it.
RuleResult not_empty(const Batch& batch);  // x is there and has rows
RuleResult rows_agree(
    const Batch& batch);  // y, sample_weight and samples have a row for each of x's
RuleResult weights_fit(const Batch& batch);  // one weight per row, none negative
RuleResult finite(const Batch& batch);       // no NaN, no infinity anywhere

// A batch and the first one of its pass.
RuleResult one_dtype(const Batch& first, const Batch& batch);
RuleResult one_rank(const Batch& first,
                    const Batch& batch);  // of x and of y, which never come and go
RuleResult one_shape(const Batch& first, const Batch& batch);  // of a row of x and of y

// A pass. `given` counts the batches so far, `ended` says that the source said it was exhausted.
RuleResult length_is_honest(std::optional<std::int64_t> declared, std::int64_t given, bool ended);

// Two answers to one question, and one answer then and now.
RuleResult same_when_asked_twice(const Batch& first, const Batch& second);
RuleResult untouched_after_hand_out(std::uint64_t checksum_then, const Batch& now);

// Of all values, shapes and dtypes, by bits: NaN equals NaN.
std::uint64_t checksum(const Batch& batch);

// Holds the batches of a pass against the rules and remembers what the later ones need.
class BatchRules {
 public:
  struct Options {
    bool finite = true;
    bool one_shape = true;  // off for sequences that are padded batch by batch: then one_rank
  };
  BatchRules() = default;
  explicit BatchRules(const Options& options) : options_(options) {}

  void start_pass() { has_first_ = false; }
  // The first rule that the batch breaks.
  RuleResult check(const Batch& batch);

 private:
  RuleResult check_alone(const Batch& batch) const;

  Options options_;
  Batch first_;  // its shapes and dtypes
  bool has_first_ = false;
};

// "batch 3 breaks rows_agree: expected 32 rows of y, got 31"
std::string text_of(const RuleBreak& rule_break, std::int64_t batch);

}  // namespace trainwreck
