#include "scenarios/judge/owed_ends.h"

#include <fmt/format.h>

namespace trainwreck {
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

}  // namespace

std::vector<ScopeEnding> endings_of(const CallSpan& call, const ScopeSpan& scope) {
  const std::string end_name = fmt::format("on_{}_end", scope.kind);
  const std::string begin_name = fmt::format("on_{}_begin", scope.kind);
  const HookCall* broken_off = broken_off_at(scope);
  std::vector<ScopeEnding> endings;
  for (const ListedCallback& callback : call.callbacks) {
    if (!callback.has(end_name)) continue;
    const HookCall* begin = hook_of(scope.begins, callback);
    const HookCall* end = hook_of(scope.ends, callback);
    const bool behind = broken_off != nullptr && callback.position >= broken_off->position();
    const bool left_out = behind || (callback.has(begin_name) && begin == nullptr);
    if (end != nullptr || !left_out) endings.push_back({&callback, begin, end});
  }
  return endings;
}

}  // namespace trainwreck
