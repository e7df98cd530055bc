#pragma once

#include <string>

#include "faults/inject/trace.h"

namespace trainwreck {

// What is wrong with the names in an event, with the nearest right one: a hook, scope, status, call
// or operation that does not exist would otherwise be heard by no clause. "" where nothing is.
std::string misnamed(const TraceEvent& event);

}  // namespace trainwreck
