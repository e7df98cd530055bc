#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

bool may_stand_in(std::string_view kind, std::string_view around) {
  if (kind == "epoch") return around == "train";
  if (kind == "train_batch") return around == "epoch";
  if (kind == "test_batch") return around == "test";
  if (kind == "predict_batch") return around == "predict";
  return kind == "test" || around.empty();
}

void look_n1(const CallSpan& call, Breaches& breaches) {
  for (const TraceLine* line : call.misnested) {
    breaches.add(fmt::format("{} of {} ends, but is not open", as<traced::ScopeEnd>(*line)->scope,
                             place_of(*line)),
                 {line});
  }
  for (const ScopeSpan& scope : call.scopes) {
    const std::string_view around =
        scope.parent < 0 ? "" : call.scopes[static_cast<std::size_t>(scope.parent)].kind;
    if (!may_stand_in(scope.kind, around)) {
      breaches.add(
          fmt::format("{} begins inside of {}", scope.kind, around.empty() ? "nothing" : around),
          {scope.begin});
    }
    if (scope.end == nullptr && call.end != nullptr) {
      breaches.add(
          fmt::format("{} ({}) is still open at the end of the run", scope.kind, place_of(scope)),
          {scope.begin, call.end});
    }
  }
}

InvariantResult check_n1(const JudgedRun& subject) { return in_each_call(subject, look_n1); }

}  // namespace

InvariantEntry n1_scopes_nest() {
  return {.id = "N1",
          .kind = InvariantKind::trace,
          .meaning = "Scopes nest, and none is open when the run ends.",
          .fields = {"scopes"},
          .needs = {},
          .check = &check_n1};
}

}  // namespace trainwreck::invariants
