#include "engine/sources/data_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <span>
#include <utility>

#include "engine/base/text.h"

namespace trainwreck {

namespace {

struct Part {
  const char* name;
  const Tensor& (*of)(const Batch&);
};

constexpr Part kX{"x", [](const Batch& batch) -> const Tensor& { return batch.x; }};
constexpr Part kY{"y", [](const Batch& batch) -> const Tensor& { return batch.y; }};
constexpr Part kWeight{"sample_weight",
                       [](const Batch& batch) -> const Tensor& { return batch.sample_weight; }};

RuleResult rule(std::string_view name, std::string expected, std::string actual) {
  return RuleBreak{name, std::move(expected), std::move(actual), false};
}

RuleResult shape_rule(std::string_view name, std::string expected, std::string actual) {
  return RuleBreak{name, std::move(expected), std::move(actual), true};
}

std::string batches(std::int64_t count) {
  return fmt::format("{} batch{}", count, count == 1 ? "" : "es");
}

RuleResult all_finite_in(const Part& part, const Batch& batch) {
  const std::span<const float> values = part.of(batch).values();
  if (all_finite(values)) return std::nullopt;
  const auto bad =
      std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  const std::int64_t at = bad - values.begin();
  return rule("finite", fmt::format("finite numbers in {}", part.name),
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

RuleResult not_empty(const Batch& batch) {
  if (!batch.x.present()) return rule("not_empty", "x", "none");
  if (batch.x.shape().rank() == 0) return shape_rule("not_empty", "x with rows", "shape ()");
  if (batch.x.size() > 0) return std::nullopt;
  return rule("not_empty", "at least one value in x", "shape " + batch.x.shape().text());
}

RuleResult rows_agree(const Batch& batch) {
  const std::int64_t rows = batch.rows();
  for (const Part& part : {kY, kWeight}) {
    const Tensor& tensor = part.of(batch);
    if (!tensor.present() || (tensor.shape().rank() > 0 && tensor.rows() == rows)) continue;
    return shape_rule("rows_agree", fmt::format("{} rows of {}", rows, part.name),
                      tensor.shape().rank() == 0 ? "shape ()" : std::to_string(tensor.rows()));
  }
  const auto samples = static_cast<std::int64_t>(batch.samples.size());
  if (samples == 0 || samples == rows) return std::nullopt;
  return rule("rows_agree", fmt::format("{} names of samples", rows), std::to_string(samples));
}

RuleResult weights_fit(const Batch& batch) {
  const Tensor& weight = batch.sample_weight;
  if (!weight.present()) return std::nullopt;
  if (weight.row_size() != 1) {
    return shape_rule("weights_fit", "one weight per row", "shape " + weight.shape().text());
  }
  for (std::int64_t row = 0; row < weight.size(); ++row) {
    if (!(weight[row] < 0.0F)) continue;
    return rule("weights_fit", "weights of at least 0",
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
    return rule("one_dtype", fmt::format("{} of {}", part.name, name_of(expected)),
                std::string(name_of(actual)));
  }
  return std::nullopt;
}

RuleResult one_rank(const Batch& first, const Batch& batch) {
  for (const Part& part : {kX, kY}) {
    const Shape& expected = part.of(first).shape();
    const Shape& actual = part.of(batch).shape();
    if (expected.rank() == actual.rank()) continue;
    return shape_rule("one_rank", fmt::format("{} of rank {}", part.name, expected.rank()),
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
    return shape_rule("one_shape", fmt::format("rows of {} of shape {}", part.name, row.text()),
                      actual.shape().without_rows().text());
  }
  return std::nullopt;
}

RuleResult length_is_honest(std::optional<std::int64_t> declared, std::int64_t given, bool ended) {
  if (!declared) return std::nullopt;
  if (*declared < 0) {
    return rule("length_is_honest", "a length of at least 0", std::to_string(*declared));
  }
  const bool honest = ended ? given == *declared : given <= *declared;
  if (honest) return std::nullopt;
  return rule("length_is_honest", batches(*declared),
              given < *declared ? std::to_string(given) : "at least " + std::to_string(given));
}

RuleResult same_when_asked_twice(const Batch& first, const Batch& second) {
  if (checksum(first) == checksum(second)) return std::nullopt;
  for (const Part& part : {kX, kY, kWeight}) {
    const Tensor& a = part.of(first);
    const Tensor& b = part.of(second);
    if (!(a.shape() == b.shape())) {
      return rule("same_when_asked_twice",
                  fmt::format("{} of shape {}", part.name, a.shape().text()), b.shape().text());
    }
    for (std::int64_t i = 0; i < a.size(); ++i) {
      if (std::bit_cast<std::uint32_t>(a[i]) == std::bit_cast<std::uint32_t>(b[i])) continue;
      return rule("same_when_asked_twice",
                  fmt::format("{} again as value {} of {}", number_text(a[i]), i, part.name),
                  number_text(b[i]));
    }
  }
  return rule("same_when_asked_twice", "the same dtypes", "others");
}

RuleResult untouched_after_hand_out(std::uint64_t checksum_then, const Batch& now) {
  if (checksum(now) == checksum_then) return std::nullopt;
  return rule("untouched_after_hand_out", "a batch that its source leaves alone",
              "other values in it than when it was handed out");
}

std::uint64_t checksum(const Batch& batch) {
  Hash hash;
  for (const Part& part : {kX, kY, kWeight}) hash.add(part.of(batch));
  return hash.value();
}

RuleResult BatchRules::check_alone(const Batch& batch) const {
  if (RuleResult broken = not_empty(batch)) return broken;
  if (RuleResult broken = rows_agree(batch)) return broken;
  if (RuleResult broken = weights_fit(batch)) return broken;
  if (options_.finite) return finite(batch);
  return std::nullopt;
}

RuleResult BatchRules::check(const Batch& batch) {
  if (RuleResult broken = check_alone(batch)) return broken;
  if (!has_first_) {
    first_ = batch;
    has_first_ = true;
    return std::nullopt;
  }
  if (RuleResult broken = one_dtype(first_, batch)) return broken;
  if (RuleResult broken = one_rank(first_, batch)) return broken;
  if (options_.one_shape) return one_shape(first_, batch);
  return std::nullopt;
}

std::string text_of(const RuleBreak& rule_break, std::int64_t batch) {
  return fmt::format("batch {} breaks {}: expected {}, got {}", batch, rule_break.rule,
                     rule_break.expected, rule_break.actual);
}

}  // namespace trainwreck
