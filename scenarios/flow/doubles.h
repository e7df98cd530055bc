#pragma once

#include <span>

#include "trainwreck/callback.h"
#include "trainwreck/data.h"

namespace trainwreck {

// What stories need and no training would want: callbacks and sources as people write them, with
// their mistakes, and helpers that script a run or note down what they see. A scenario names them
// like everything else; the engine does not know them.
std::span<const CallbackEntry> callback_doubles();
std::span<const DataEntry> source_doubles();

}  // namespace trainwreck
