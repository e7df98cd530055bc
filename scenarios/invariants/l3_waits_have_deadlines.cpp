#include <fmt/format.h>

#include <utility>

#include "scenarios/contract.h"
#include "scenarios/outcome.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_l3(const Subject& subject) {
  if (subject.outcome == nullptr) return undecided("a trace that ends does not say why");
  Breaches breaches;
  for (const CallOutcome& call : subject.outcome->calls) {
    if (call.ending == Ending::hung) {
      breaches.add(fmt::format("call {} of run {} hung", call.began.fit, call.began.run), {});
    } else if (call.error && call.error->type == "Deadlock") {
      breaches.add(fmt::format("everybody waited for ever in {}: {}", call.error->phase,
                               call.error->message),
                   {});
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry l3_waits_have_deadlines() {
  return {.id = "L3",
          .kind = InvariantKind::process,
          .meaning = "No wait lasts for ever.",
          .fields = {},
          .needs = {},
          .check = &check_l3};
}

}  // namespace trainwreck::invariants
