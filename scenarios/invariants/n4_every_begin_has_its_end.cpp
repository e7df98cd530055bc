#include <fmt/format.h>

#include "scenarios/judge/contract.h"
#include "scenarios/judge/owed_ends.h"

namespace trainwreck::invariants {
namespace {

void look_at_end(const ScopeSpan& scope, const HookCall& end, const HookCall* begin,
                 Breaches& breaches) {
  if (begin != nullptr && begin->raised() && !begin->contained) {
    breaches.add(fmt::format("{} came at {}, though its {} raised {}", text_of(end),
                             place_of(scope), begin->hook(), begin->error()),
                 {begin->end, end.begin});
  }
  const std::string_view told = end.told();
  const std::string_view status = scope.status();
  // An end hook that raises changes the status when others have heard another one.
  const bool raised_in_end = status == "failed" || status == "interrupted";
  const bool told_so = told.empty() || told == status || raised_in_end;
  if (!told_so) {
    breaches.add(fmt::format("{} was told {} at {}, which ended {}", text_of(end), told,
                             place_of(scope), status),
                 {end.begin, scope.end});
  }
}

void look_at_scope(const CallSpan& call, const ScopeSpan& scope, Breaches& breaches) {
  for (const ScopeEnding& one : endings_of(call, scope)) {
    if (one.end != nullptr) {
      look_at_end(scope, *one.end, one.begin, breaches);
      continue;
    }
    breaches.add(fmt::format("on_{}_end of {} is missing: {} ended {}", scope.kind,
                             one.callback->who, place_of(scope), scope.status()),
                 {scope.begin, one.begin != nullptr ? one.begin->begin : nullptr, scope.end});
  }
}

void look_n4(const CallSpan& call, Breaches& breaches) {
  for (const ScopeSpan& scope : call.scopes) {
    if (scope.end != nullptr) look_at_scope(call, scope, breaches);
  }
}

InvariantResult check_n4(const JudgedRun& subject) { return in_each_call(subject, look_n4); }

}  // namespace

InvariantEntry n4_every_begin_has_its_end() {
  return {.id = "N4",
          .kind = InvariantKind::trace,
          .meaning =
              "A callback whose begin hook returned gets exactly one end hook, with how "
              "the scope ended.",
          .fields = {"scopes", "hooks"},
          .needs = {},
          .check = &check_n4};
}

}  // namespace trainwreck::invariants
