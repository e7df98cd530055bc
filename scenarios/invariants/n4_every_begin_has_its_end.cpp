#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

const HookCall* hook_of(const std::vector<HookCall>& hooks, const ListedCallback& callback) {
  for (const HookCall& hook : hooks) {
    if (hook.who() == callback.who && hook.position() == callback.position) return &hook;
  }
  return nullptr;
}

// Where the dispatch of the begin hooks broke off; whoever stands behind has no part in the scope.
const HookCall* broken_off_at(const ScopeSpan& scope) {
  for (const HookCall& hook : scope.begins) {
    if (hook.raised() && !hook.contained) return &hook;
  }
  return nullptr;
}

void look_at_end(const ScopeSpan& scope, const HookCall& end, const HookCall* begin,
                 Breaches& breaches) {
  if (begin != nullptr && begin->raised() && !begin->contained) {
    breaches.add(fmt::format("{} came at {}, though its {} raised {}", text_of(end),
                             place_of(scope), begin->hook(), begin->end->event.detail),
                 {begin->end, end.begin});
  }
  const std::string_view told = end.begin->event.detail;
  const std::string_view status = scope.end->event.detail;
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
  const std::string end_name = fmt::format("on_{}_end", scope.kind);
  const std::string begin_name = fmt::format("on_{}_begin", scope.kind);
  const HookCall* broken_off = broken_off_at(scope);
  for (const ListedCallback& callback : call.callbacks) {
    if (!callback.has(end_name)) continue;
    const HookCall* begin = hook_of(scope.begins, callback);
    if (const HookCall* end = hook_of(scope.ends, callback)) {
      look_at_end(scope, *end, begin, breaches);
      continue;
    }
    const bool has_begin = callback.has(begin_name);
    const bool behind = broken_off != nullptr && callback.position >= broken_off->position();
    if (behind || (has_begin && begin == nullptr)) continue;
    breaches.add(fmt::format("{} of {} is missing: {} ended {}", end_name, callback.who,
                             place_of(scope), scope.end->event.detail),
                 {scope.begin, begin != nullptr ? begin->begin : nullptr, scope.end});
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
