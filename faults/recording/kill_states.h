#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "faults/recording/recording.h"
#include "faults/recording/tree.h"

namespace trainwreck::outside {

// What the folders hold when all processes were killed at one moment: the page cache survives them,
// so it is what had been done until then.
struct KillState {
  std::size_t done = 0;     // operations
  std::uint64_t bytes = 0;  // of the next one, which is a write
};

// Before each operation that changes the tree, and after the last one; permissions alone are no
// state of their own. A write stops at a page of its file at
// most, if at all: for one that is longer, the first, a middle and the last of its inner page
// boundaries stand for all.
std::vector<KillState> kill_states(const Recording& recording);

// The same with their trees, each made of the one before.
void for_each_kill_state(const Recording& recording,
                         const std::function<void(const KillState&, const Tree&)>& visit);

}  // namespace trainwreck::outside
