#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

constexpr std::int64_t kSoonNs = 100'000'000;

bool is_signal(std::string_view fault) { return fault == "sigint" || fault == "sigterm"; }

void look_g1(const CallSpan& call, Breaches& breaches) {
  const TraceLine* sent = nullptr;
  std::string_view kind;
  for (const TraceLine* line : call.lines) {
    const auto fault = as<traced::Fault>(*line);
    if (sent == nullptr && fault && is_signal(fault->kind)) {
      sent = line;
      kind = fault->kind;
    }
    if (sent == nullptr || !is<traced::Signal>(*line)) continue;
    const std::int64_t took = line->time_ns - sent->time_ns;
    if (took > kSoonNs) {
      breaches.add(fmt::format("{} was seen after {} ms", kind, took / 1'000'000), {sent, line});
    }
    return;
  }
  if (sent == nullptr || call.end == nullptr) return;
  breaches.add(fmt::format("{} at {} was never seen", kind, place_of(*sent)), {sent, call.end});
}

InvariantResult check_g1(const JudgedRun& subject) { return in_each_call(subject, look_g1); }

}  // namespace

InvariantEntry g1_signals_are_seen_soon() {
  return {.id = "G1",
          .kind = InvariantKind::trace,
          .meaning = "A signal is seen within 100 ms.",
          .fields = {"signals", "faults"},
          .needs = {},
          .check = &check_g1};
}

}  // namespace trainwreck::invariants
