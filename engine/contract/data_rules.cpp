#include "engine/contract/data_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <span>
#include <utility>

#include "engine/base/text.h"
#include "engine/model/trap.h"

namespace trainwreck {

namespace {

constexpr std::array<RuleInfo, kRules> kRuleInfos{{
    {"not_empty", "A batch has x, and x has rows and values."},
    {"rows_agree", "y, sample_weight and the names of samples have a row for each row of x."},
    {"weights_fit", "There is one weight per row, and none is negative."},
    {"finite", "No value is NaN or infinite."},
    {"one_dtype", "All batches of a pass have the same parts with the same dtypes."},
    {"one_rank", "x keeps its number of dimensions throughout a pass, and so does y."},
    {"one_shape", "A row of x has the same shape in all batches of a pass, and so has a row of y."},
    {"length_is_honest", "A pass has as many batches as the source says."},
    {"length_is_stable", "The length is the same whenever it is asked for in a pass."},
    {"index_is_checked", "A batch before the first or after the last one is an IndexError."},
    {"stays_exhausted", "A stream that said that it is exhausted gives nothing more in that pass."},
    {"ends", "A stream that tells no length ends, and every call returns."},
    {"replays", "A source that can begin again gives as many batches in every pass."},
    {"samples_once", "Where samples are named, none comes twice in an epoch."},
    {"rows_once",
     "No row stands twice in a pass where the first whole pass had each row once, and no pass has "
     "more rows than were declared."},
    {"same_when_asked_twice", "A batch that is asked for again in the same pass is the same."},
    {"same_seed_same_data",
     "Two sources that were made alike and are treated alike give the same, and so does a pass "
     "that "
     "is begun again."},
    {"untouched_after_hand_out", "A batch that was handed out is not changed by its source."},
    {"writes_every_value",
     "A source writes all of a batch and keeps nothing of what was in its buffers before."},
    {"thread_safe",
     "A source that says so gives the same batches to several threads at once as to one."},
    {"epoch_end_keeps_kind",
     "The end of an epoch may change order and length, never shapes, dtypes or traits."},
    {"does_not_throw", "There is no error where a batch was due."},
    {"usable_or_dead",
     "After an error a source goes on as before or throws again; it gives nothing else and does "
     "not "
     "call itself exhausted."},
    {"does_not_crash", "The process survives."},
}};

constexpr std::array<std::string_view, kRules> kNames = [] {
  std::array<std::string_view, kRules> names{};
  for (std::size_t i = 0; i < kRules; ++i) names[i] = kRuleInfos[i].name;
  return names;
}();

// Values of a buffer that held nothing yet: enough for the first batch of a small source.
constexpr std::int64_t kFreshTraps = 4096;

void lay_traps(Tensor& tensor) {
  const bool present = tensor.present();
  if (tensor.size() < kFreshTraps) tensor.resize({kFreshTraps});
  tensor.fill(kTrap);
  if (!present) tensor.set_dtype(Dtype::none);
}

struct Part {
  const char* name;
  const Tensor& (*of)(const Batch&);
};

constexpr Part kX{"x", [](const Batch& batch) -> const Tensor& { return batch.x; }};
constexpr Part kY{"y", [](const Batch& batch) -> const Tensor& { return batch.y; }};
constexpr Part kWeight{"sample_weight",
                       [](const Batch& batch) -> const Tensor& { return batch.sample_weight; }};

RuleResult rule(Rule name, std::string expected, std::string actual) {
  return RuleBreak{name, std::move(expected), std::move(actual), false};
}

RuleResult shape_rule(Rule name, std::string expected, std::string actual) {
  return RuleBreak{name, std::move(expected), std::move(actual), true};
}

RuleResult all_finite_in(const Part& part, const Batch& batch) {
  const std::span<const float> values = part.of(batch).values();
  if (all_finite(values)) return std::nullopt;
  const auto bad =
      std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  const std::int64_t at = bad - values.begin();
  return rule(Rule::finite, fmt::format("finite numbers in {}", part.name),
              fmt::format("{} in row {}", number_text(*bad),
                          at / std::max<std::int64_t>(part.of(batch).row_size(), 1)));
}

class Hash {
 public:
  void add(std::uint64_t value) { state_ = std::rotl((state_ ^ value) * 0x9E3779B97F4A7C15U, 29); }
  void add(const Tensor& tensor) {
    add(static_cast<std::uint64_t>(tensor.dtype()));
    for (int axis = 0; axis < tensor.shape().rank(); ++axis) {
      add(static_cast<std::uint64_t>(tensor.shape()[axis]));
    }
    for (const float value : tensor.values()) add(std::bit_cast<std::uint32_t>(value));
  }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0x243F6A8885A308D3U;
};

}  // namespace

const RuleInfo& info_of(Rule rule) { return kRuleInfos[static_cast<std::size_t>(rule)]; }

std::span<const std::string_view> rule_names() { return kNames; }

std::optional<Rule> rule_called(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Rule>(found - kNames.begin());
}

RuleResult not_empty(const Batch& batch) {
  if (!batch.x.present()) return rule(Rule::not_empty, "x", "none");
  if (batch.x.shape().rank() == 0) return shape_rule(Rule::not_empty, "x with rows", "shape ()");
  if (batch.x.size() > 0) return std::nullopt;
  return rule(Rule::not_empty, "at least one value in x", "shape " + batch.x.shape().text());
}

RuleResult rows_agree(const Batch& batch) {
  const std::int64_t rows = batch.rows();
  for (const Part& part : {kY, kWeight}) {
    const Tensor& tensor = part.of(batch);
    if (!tensor.present() || (tensor.shape().rank() > 0 && tensor.rows() == rows)) continue;
    return shape_rule(Rule::rows_agree, fmt::format("{} rows of {}", rows, part.name),
                      tensor.shape().rank() == 0 ? "shape ()" : std::to_string(tensor.rows()));
  }
  const auto samples = static_cast<std::int64_t>(batch.samples.size());
  if (samples == 0 || samples == rows) return std::nullopt;
  return rule(Rule::rows_agree, fmt::format("{} names of samples", rows), std::to_string(samples));
}

RuleResult weights_fit(const Batch& batch) {
  const Tensor& weight = batch.sample_weight;
  if (!weight.present()) return std::nullopt;
  if (weight.row_size() != 1) {
    return shape_rule(Rule::weights_fit, "one weight per row", "shape " + weight.shape().text());
  }
  for (std::int64_t row = 0; row < weight.size(); ++row) {
    if (!(weight[row] < 0.0F)) continue;
    return rule(Rule::weights_fit, "weights of at least 0",
                fmt::format("{} in row {}", number_text(weight[row]), row));
  }
  return std::nullopt;
}

RuleResult finite(const Batch& batch) {
  for (const Part& part : {kX, kY, kWeight}) {
    if (RuleResult broken = all_finite_in(part, batch)) return broken;
  }
  return std::nullopt;
}

RuleResult one_dtype(const Batch& first, const Batch& batch) {
  for (const Part& part : {kX, kY, kWeight}) {
    const Dtype expected = part.of(first).dtype();
    const Dtype actual = part.of(batch).dtype();
    if (expected == actual) continue;
    return rule(Rule::one_dtype, fmt::format("{} of {}", part.name, name_of(expected)),
                std::string(name_of(actual)));
  }
  return std::nullopt;
}

RuleResult one_rank(const Batch& first, const Batch& batch) {
  for (const Part& part : {kX, kY}) {
    const Shape& expected = part.of(first).shape();
    const Shape& actual = part.of(batch).shape();
    if (expected.rank() == actual.rank()) continue;
    return shape_rule(Rule::one_rank, fmt::format("{} of rank {}", part.name, expected.rank()),
                      "shape " + actual.text());
  }
  return std::nullopt;
}

RuleResult one_shape(const Batch& first, const Batch& batch) {
  for (const Part& part : {kX, kY}) {
    const Tensor& expected = part.of(first);
    const Tensor& actual = part.of(batch);
    if (!expected.present() || !actual.present()) continue;
    const Shape row = expected.shape().without_rows();
    if (row == actual.shape().without_rows()) continue;
    return shape_rule(Rule::one_shape, fmt::format("rows of {} of shape {}", part.name, row.text()),
                      actual.shape().without_rows().text());
  }
  return std::nullopt;
}

RuleResult same_when_asked_twice(const Batch& first, const Batch& second) {
  if (checksum(first) == checksum(second)) return std::nullopt;
  for (const Part& part : {kX, kY, kWeight}) {
    const Tensor& a = part.of(first);
    const Tensor& b = part.of(second);
    if (!(a.shape() == b.shape())) {
      return rule(Rule::same_when_asked_twice,
                  fmt::format("{} of shape {}", part.name, a.shape().text()), b.shape().text());
    }
    for (std::int64_t i = 0; i < a.size(); ++i) {
      if (std::bit_cast<std::uint32_t>(a[i]) == std::bit_cast<std::uint32_t>(b[i])) continue;
      return rule(Rule::same_when_asked_twice,
                  fmt::format("{} again as value {} of {}", number_text(a[i]), i, part.name),
                  number_text(b[i]));
    }
  }
  return rule(Rule::same_when_asked_twice, "the same dtypes", "others");
}

RuleResult untouched_after_hand_out(std::uint64_t checksum_then, const Batch& now) {
  if (checksum(now) == checksum_then) return std::nullopt;
  return rule(Rule::untouched_after_hand_out, "a batch that its source leaves alone",
              "other values in it than when it was handed out");
}

void lay_traps(Batch& batch) {
  lay_traps(batch.x);
  lay_traps(batch.y);
  lay_traps(batch.sample_weight);
}

void lift_traps(Batch& batch) {
  for (Tensor* tensor : {&batch.x, &batch.y, &batch.sample_weight}) {
    if (!tensor->present()) tensor->clear();
  }
}

RuleResult writes_every_value(const Batch& batch) {
  for (const Part& part : {kX, kY, kWeight}) {
    const std::span<const float> values = part.of(batch).values();
    const auto trap = std::find_if(values.begin(), values.end(), &is_trap);
    if (trap == values.end()) continue;
    return rule(Rule::writes_every_value,
                fmt::format("all {} values of {}", values.size(), part.name),
                fmt::format("no value {}: what the buffer held before", trap - values.begin()));
  }
  return std::nullopt;
}

std::uint64_t row_checksum(const Batch& batch, std::int64_t row) {
  Hash hash;
  for (const Part& part : {kX, kY, kWeight}) {
    const Tensor& tensor = part.of(batch);
    if (!tensor.present() || row >= tensor.rows()) continue;
    for (const float value : tensor.row(row)) hash.add(std::bit_cast<std::uint32_t>(value));
  }
  return hash.value();
}

std::uint64_t checksum(const Batch& batch) {
  Hash hash;
  for (const Part& part : {kX, kY, kWeight}) hash.add(part.of(batch));
  return hash.value();
}

std::string text_of(const RuleBreak& rule_break, std::int64_t batch) {
  return fmt::format("batch {} breaks {}: expected {}, got {}", batch, name_of(rule_break.rule),
                     rule_break.expected, rule_break.actual);
}

}  // namespace trainwreck
