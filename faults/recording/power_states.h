#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "faults/power/persistence.h"
#include "faults/recording/recording.h"
#include "faults/recording/tree.h"

namespace trainwreck::outside {

// How far a state is from what had been done; the simplest come first, so that the first bad one
// says what is wrong.
enum class LossPhase : std::uint8_t { none, one_lost, one_torn, several };

struct PowerLoss {
  std::size_t operation = 0;
  bool torn = false;  // some of it is there
};

// What the folders hold when the power went.
struct PowerState {
  LossPhase phase = LossPhase::none;
  std::size_t done = 0;  // operations that had returned
  std::vector<PowerLoss> losses{};
  std::uint64_t tree = 0;         // equal for equal trees
  std::function<Tree()> build{};  // while it is visited; only this takes time
};

struct PowerBounds {
  // Combinations of several losses at one cut; where there are more, pairs are tried.
  std::uint64_t states_per_cut = 20'000;
  // What the program had claimed after so many operations, as a number. The same tree is visited
  // again where that differs and at most one operation is lost, and the power is also cut where it
  // changes. None: trees alone count.
  std::function<std::uint64_t(std::size_t done)> claim{};
};

struct PowerCount {
  std::uint64_t cuts = 0;
  std::array<std::uint64_t, 4> tried{};  // by phase
  std::uint64_t different = 0;           // that were visited
  std::uint64_t bounded = 0;             // cuts at which not every combination was tried
  std::uint64_t states() const { return tried[0] + tried[1] + tried[2] + tried[3]; }
};

// Cuts the power after every operation that changes something and visits each different tree that
// the model allows then, once. REQUIRES: sigkill (what kill_states gives, without torn writes),
// ext4_ordered, ordered_noalloc or weak. What it says of files that are not followed, or whose
// bytes the spool did not keep, is not to be believed.
PowerCount for_each_power_state(const Recording& recording, PersistenceModel model,
                                const PowerBounds& bounds,
                                const std::function<void(const PowerState&)>& visit);

// "write 5 bytes at 0 of m.tmp is lost, rename m.tmp to m is there".
std::string explain(const Recording& recording, const PowerState& state);

}  // namespace trainwreck::outside
