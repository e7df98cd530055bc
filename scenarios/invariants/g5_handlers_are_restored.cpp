#include <fmt/format.h>

#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

InvariantResult check_g5(const JudgedRun& subject) {
  const Resources* left = subject.outcome != nullptr ? &subject.outcome->resources : nullptr;
  if (left == nullptr || !left->handlers_left) return undecided("needs a real process to its end");
  Breaches breaches;
  for (const int number : *left->handlers_left) {
    breaches.add(fmt::format("signal {} has another handler than before", number), {});
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry g5_handlers_are_restored() {
  return {.id = "G5",
          .kind = InvariantKind::process,
          .meaning = "Signal handlers are those of before once the run ends.",
          .fields = {},
          .needs = {},
          .check = &check_g5};
}

}  // namespace trainwreck::invariants
