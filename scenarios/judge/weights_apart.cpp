#include "scenarios/judge/weights_apart.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "engine/base/text.h"
#include "scenarios/judge/findings.h"

namespace trainwreck {
namespace {

std::uint32_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }

// "[0, 1]" of a matrix, "[3]" of a vector.
std::string index_text(const Shape& shape, std::int64_t at) {
  std::vector<std::int64_t> index(static_cast<std::size_t>(shape.rank()));
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    index[static_cast<std::size_t>(axis)] = at % shape[axis];
    at /= shape[axis];
  }
  return fmt::format("[{}]", fmt::join(index, ", "));
}

// "dense/kernel[0, 1]"; "weight 5" where no tensor has it.
std::string element_name(const std::vector<ParameterShape>& parameters, std::size_t place) {
  auto at = static_cast<std::int64_t>(place);
  for (const ParameterShape& one : parameters) {
    const std::int64_t size = one.shape.size();
    if (at < size) return one.name + index_text(one.shape, at);
    at -= size;
  }
  return fmt::format("weight {}", place);
}

// Two that print the same, NaNs or zeros of either sign, are told apart by their bits.
std::string values_text(std::string_view verb, float here, float wanted) {
  const std::string text = number_text(here);
  const std::string other = number_text(wanted);
  if (text != other) return fmt::format("{} {} instead of {}", verb, text, other);
  return fmt::format("{} {} ({:#010x} instead of {:#010x})", verb, text, bits_of(here),
                     bits_of(wanted));
}

std::string first_apart(const std::vector<float>& here, const std::vector<float>& wanted,
                        const std::vector<ParameterShape>& parameters, std::string_view verb) {
  if (here.size() != wanted.size()) {
    return fmt::format("{} weights instead of {}", here.size(), wanted.size());
  }
  std::optional<std::size_t> first;
  std::size_t others = 0;
  for (std::size_t i = 0; i < here.size(); ++i) {
    if (bits_of(here[i]) == bits_of(wanted[i])) continue;
    if (first) {
      ++others;
    } else {
      first = i;
    }
  }
  if (!first) return {};
  std::string text =
      element_name(parameters, *first) + " " + values_text(verb, here[*first], wanted[*first]);
  if (others > 0) text += fmt::format(", and {} more of {}", others, here.size());
  return text;
}

std::string state_apart(const Parting& parting, const std::vector<ParameterShape>& parameters) {
  const WeightsAt& here = parting.here.state;
  const WeightsAt& there = parting.there.state;
  std::string text = first_apart(here.weights, there.weights, parameters, "was");
  for (std::size_t i = 0; text.empty() && i < here.slots.size() && i < there.slots.size(); ++i) {
    const std::string slot = first_apart(here.slots[i], there.slots[i], parameters, "was");
    if (!slot.empty()) text = fmt::format("{} of {}", parting.here.slots[i], slot);
  }
  return text.empty() ? "the optimizer has other slots" : text;
}

std::string parting_text(const std::optional<Parting>& parting,
                         const std::vector<ParameterShape>& parameters) {
  if (!parting) return "; no step that both took left other weights";
  const Instant& here = parting->here.state.at;
  const Instant& there = parting->there.state.at;
  std::string place = instant_text(here);
  if (here.epoch != there.epoch || here.batch != there.batch) {
    place += ", there " + instant_text(there);
  }
  return fmt::format("; first apart after step {} ({}), where {}",
                     std::max(parting->here.iterations, parting->there.iterations), place,
                     state_apart(*parting, parameters));
}

}  // namespace

std::string weights_apart(const std::vector<float>& here, const std::vector<float>& wanted,
                          const std::vector<ParameterShape>& parameters) {
  return first_apart(here, wanted, parameters, "is");
}

std::string first_step_after(const Outcome& outcome, const CallOutcome& call,
                             const Instant& instant) {
  for (const TraceLine& line : outcome.trace.lines) {
    const auto taken = as<traced::StepEnd>(line);
    if (!taken || taken->outcome != traced::Stepping::committed) continue;
    if (line.run != call.began.run || line.fit != call.began.fit) continue;
    const bool later =
        taken->epoch > instant.epoch ||
        (taken->epoch == instant.epoch && instant.batch >= 0 && taken->batch > instant.batch);
    if (!later) continue;
    const Instant step{.epoch = taken->epoch, .batch = taken->batch};
    return fmt::format("; the first step after {} was {}", instant_text(instant),
                       instant_text(step));
  }
  return {};
}

std::string calls_apart(const Outcome& outcome, std::size_t call, std::size_t twin_call) {
  const CallOutcome& here = outcome.calls.at(call);
  const CallOutcome& wanted = outcome.twin->calls.at(twin_call);
  const std::string text = weights_apart(here.weights, wanted.weights, outcome.parameters);
  if (text.empty() || !outcome.parting) return text;
  return text + parting_text(outcome.parting(call, twin_call), outcome.parameters);
}

}  // namespace trainwreck
