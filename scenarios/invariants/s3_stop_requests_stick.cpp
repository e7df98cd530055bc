#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_s3(const CallSpan& call, Breaches& breaches) {
  if (!call.is(traced::Call::fit) || call.end == nullptr) return;
  const TraceLine* demand = nullptr;
  for (const TraceLine* line : call.lines) {
    if (is<traced::StopRequest>(*line) && demand == nullptr) demand = line;
    const auto hook = as<traced::HookBegin>(*line);
    if (hook && hook->hook == "on_train_end") break;
  }
  if (demand == nullptr && call.status() == "stopped") {
    breaches.doubt("a stopped run without a request of its own: another may have left it");
  }
  if (demand != nullptr && call.status() == "completed") {
    breaches.add(fmt::format("{} asked to stop at {}, and the run completed",
                             as<traced::StopRequest>(*demand)->callback, place_of(*demand)),
                 {demand, call.end});
  }
}

InvariantResult check_s3(const JudgedRun& subject) { return in_each_call(subject, look_s3); }

}  // namespace

InvariantEntry s3_stop_requests_stick() {
  return {.id = "S3",
          .kind = InvariantKind::trace,
          .meaning = "A stop request holds to the end of the run, and not beyond.",
          .fields = {"stops", "scopes"},
          .needs = {},
          .check = &check_s3};
}

}  // namespace trainwreck::invariants
