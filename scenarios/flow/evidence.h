#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "faults/inject/address.h"

namespace trainwreck {

// What a run has to record for somebody to judge it; the rest costs nothing.
struct EvidenceRequest {
  bool crossings = false;   // the census
  bool memory = false;      // every reservation
  bool checksums = false;   // of batches at fetch and at step; and their first feature
  bool digests = false;     // of weights, slots and counters around every step
  bool hook_times = false;  // time spent in every hook, real and simulated
  bool disk = false;        // everything that was done to the disk
  bool refit = false;       // a second, clean fit afterwards, and a clean run to compare with
  bool states = false;      // how things stand at every epoch's end, and callbacks after a call
  bool steps = false;       // what every committed step left
  std::optional<std::size_t> whole_step{};  // and of this one, by its place, all the numbers
  bool twin = false;                        // the same story without a strike, to compare with
  bool bare = false;                        // the same without any harness
  std::vector<Instant> weights_at;          // weights kept after these steps or epochs

  void add(const EvidenceRequest& other);
};

}  // namespace trainwreck
