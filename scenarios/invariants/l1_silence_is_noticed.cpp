#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/policy/policy.h"
#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

std::int64_t deadline_ns(const JudgedRun& subject) {
  constexpr double kMost = 9e9;
  const double seconds = subject.policy != nullptr ? subject.policy->data.deadline_seconds : 60.0;
  return static_cast<std::int64_t>(std::min(seconds <= 0.0 ? kMost : seconds, kMost) * 1e9);
}

// Then the time that has passed is not the time that it seems.
bool moves_the_clock(const TraceLine& line) {
  const auto fault = as<traced::Fault>(line);
  return fault && fault->kind.starts_with("clock_");
}

bool is_noticed(const CallSpan& call) {
  return !call.error().empty() ||
         std::any_of(call.lines.begin(), call.lines.end(),
                     [](const TraceLine* line) { return is<traced::Watchdog>(*line); });
}

InvariantResult check_l1(const JudgedRun& subject) {
  Breaches breaches;
  const std::int64_t deadline = deadline_ns(subject);
  for (const CallSpan& call : subject.calls) {
    const TraceLine* asked = nullptr;
    std::optional<bool> noticed;  // asked for once there is a silence
    for (const TraceLine* line : call.lines) {
      if (is<traced::FetchBegin>(*line)) asked = line;
      if (moves_the_clock(*line)) asked = nullptr;
      const auto fetch = as<traced::FetchEnd>(*line);
      if (!fetch || asked == nullptr) continue;
      const std::int64_t waited = line->time_ns - asked->time_ns;
      if (waited <= deadline) continue;
      if (!noticed) noticed = is_noticed(call);
      if (*noticed) break;
      breaches.add(fmt::format("{} was silent for {} s at {}, and nobody noticed", fetch->source,
                               waited / 1'000'000'000, place_of(*asked)),
                   {asked, line});
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry l1_silence_is_noticed() {
  return {
      .id = "L1",
      .kind = InvariantKind::trace,
      .meaning = "No silence is longer than the deadline for data without somebody noticing it.",
      .fields = {"steps", "fetches"},
      .needs = {},
      .check = &check_l1};
}

}  // namespace trainwreck::invariants
