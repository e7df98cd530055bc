#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_d3(const CallSpan& call, Breaches& breaches) {
  const TraceLine* fetched = nullptr;
  bool stepping = false;
  for (const TraceLine* line : call.lines) {
    if (is<traced::FetchEnd>(*line) && !stepping) fetched = line;
    if (is<traced::StepBegin>(*line)) stepping = true;
    if (!is<traced::StepEnd>(*line)) continue;
    stepping = false;
    if (fetched == nullptr || fetched->checksum < 0 || line->checksum < 0) continue;
    if (fetched->checksum == line->checksum) continue;
    breaches.add(fmt::format("the batch of {} is not as it came from {}", place_of(*line),
                             as<traced::FetchEnd>(*fetched)->source),
                 {fetched, line});
  }
}

InvariantResult check_d3(const JudgedRun& subject) { return in_each_call(subject, look_d3); }

}  // namespace

InvariantEntry d3_batches_stay_as_they_came() {
  return {.id = "D3",
          .kind = InvariantKind::trace,
          .meaning = "A batch is stepped with the bytes with which it came.",
          .fields = {"fetches", "steps", "checksums"},
          .needs = {.checksums = true},
          .check = &check_d3};
}

}  // namespace trainwreck::invariants
