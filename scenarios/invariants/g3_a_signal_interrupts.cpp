#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

void look_g3(const CallSpan& call, Breaches& breaches) {
  if (call.end == nullptr || call.errors.empty() || call.failed_unseen) return;
  const TraceLine* first = call.errors.front().line;
  const auto signal = as<traced::Signal>(*first);
  if (!signal || call.status() == "interrupted") return;
  breaches.add(fmt::format("signal {} came at {}, and the run {}", signal->number, place_of(*first),
                           call.status()),
               {first, call.end});
}

InvariantResult check_g3(const JudgedRun& subject) { return in_each_call(subject, look_g3); }

}  // namespace

InvariantEntry g3_a_signal_interrupts() {
  return {.id = "G3",
          .kind = InvariantKind::trace,
          .meaning = "A run that saw a signal ends interrupted.",
          .fields = {"signals"},
          .needs = {},
          .check = &check_g3};
}

}  // namespace trainwreck::invariants
