#pragma once

#include <vector>

#include "scenarios/trace/timeline.h"

namespace trainwreck {

// What a callback was told, or should have been told, of the end of a scope.
struct ScopeEnding {
  const ListedCallback* callback = nullptr;
  const HookCall* begin = nullptr;  // null: it has no begin hook
  const HookCall* end = nullptr;    // null: it is owed one, and got none
};

// Of every callback with an end hook for that scope that was told of it, or is owed it: one whose
// begin hook raised, or stands behind one that did, is not.
std::vector<ScopeEnding> endings_of(const CallSpan& call, const ScopeSpan& scope);

}  // namespace trainwreck
