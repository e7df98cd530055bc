#include "scenarios/judge/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "engine/loop/hook.h"
#include "scenarios/flow/scenario.h"

namespace trainwreck {

Finding missed(std::string expected, std::string actual, std::vector<std::int64_t> lines) {
  return {.held = false,
          .expected = std::move(expected),
          .actual = std::move(actual),
          .lines = std::move(lines)};
}

const CallOutcome& call_of(const Outcome& outcome, const AssertionScope& scope) {
  TRAINWRECK_CHECK(!outcome.calls.empty(), "a story calls something");
  return scope.call ? outcome.calls.at(*scope.call) : outcome.calls.back();
}

const std::map<std::string, std::string>& files_of(const Outcome& outcome,
                                                   const AssertionScope& scope) {
  // A real process's disk is looked at when the story is over.
  const bool is_known = scope.call && !scope.scenario.real_process;
  return is_known ? outcome.calls.at(*scope.call).files : outcome.files;
}

const std::string* file_of(const Outcome& outcome, const AssertionScope& scope,
                           const std::string& path) {
  const auto& files = files_of(outcome, scope);
  const auto file = files.find(path);
  return file == files.end() ? nullptr : &file->second;
}

std::vector<const TraceLine*> lines_of(const Outcome& outcome, const AssertionScope& scope) {
  std::vector<const TraceLine*> lines;
  for (const TraceLine& line : outcome.trace.lines) {
    if (scope.call) {
      const Instant& began = outcome.calls.at(*scope.call).began;
      if (line.run != began.run || line.fit != began.fit) continue;
    }
    lines.push_back(&line);
  }
  return lines;
}

std::string read_hook(Params& params, std::string_view key) {
  std::vector<std::string_view> names;
  for (std::size_t hook = 0; hook < kHooks; ++hook)
    names.push_back(name_of(static_cast<Hook>(hook)));
  return std::string(names[params.choice(key, names, 0, "the hook, by Keras's name")]);
}

bool about(double value, double wanted) {
  if (std::isnan(value) || std::isnan(wanted)) return std::isnan(value) && std::isnan(wanted);
  // A millionth of infinity is infinity, which every difference is within.
  if (std::isinf(value) || std::isinf(wanted)) return value == wanted;
  return value == wanted ||
         std::abs(value - wanted) <= 1e-6 * std::max(std::abs(value), std::abs(wanted));
}

bool exactly(double value, double wanted) {
  return value == wanted || (std::isnan(value) && std::isnan(wanted));
}

bool same_bits(const std::vector<float>& one, const std::vector<float>& other) {
  return one.size() == other.size() &&
         (one.empty() || std::memcmp(one.data(), other.data(), one.size() * sizeof(float)) == 0);
}

const WeightsAt* weights_at(const Outcome& outcome, const AssertionScope& scope,
                            const Instant& instant) {
  const Instant& began = call_of(outcome, scope).began;
  for (const WeightsAt& kept : outcome.weights) {
    const bool same_call = kept.at.run == began.run && kept.at.fit == began.fit;
    if (same_call && kept.at.epoch == instant.epoch && kept.at.batch == instant.batch) return &kept;
  }
  return nullptr;
}

std::string instant_text(const Instant& instant) {
  if (instant.epoch < 0) return "the beginning";
  if (instant.batch < 0) return fmt::format("epoch {}", instant.epoch);
  return fmt::format("epoch {}, batch {}", instant.epoch, instant.batch);
}

std::optional<Checkpoint> checkpoint_in(std::string_view bytes) {
  try {
    return decode(bytes);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<std::vector<std::int64_t>> maybe_integers(Params& params, std::string_view key,
                                                        std::string_view help) {
  std::vector<std::int64_t> values = params.integers(key, help);
  return params.has(key) ? std::optional(std::move(values)) : std::nullopt;
}

std::optional<std::vector<double>> maybe_numbers(Params& params, std::string_view key,
                                                 std::string_view help) {
  std::vector<double> values = params.numbers(key, help);
  return params.has(key) ? std::optional(std::move(values)) : std::nullopt;
}

std::optional<std::vector<std::string>> maybe_texts(Params& params, std::string_view key,
                                                    std::string_view help) {
  std::vector<std::string> values = params.texts(key, help);
  return params.has(key) ? std::optional(std::move(values)) : std::nullopt;
}

std::optional<bool> maybe_flag(Params& params, std::string_view key, std::string_view help) {
  const bool value = params.flag(key, true, help);
  return params.has(key) ? std::optional(value) : std::nullopt;
}

std::string list_text(const std::vector<std::int64_t>& numbers) {
  return fmt::format("[{}]", fmt::join(numbers, ", "));
}

}  // namespace trainwreck
