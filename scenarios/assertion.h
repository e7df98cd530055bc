#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/catalog.h"
#include "faults/address.h"

namespace trainwreck {

struct Outcome;
struct Policy;
struct Scenario;

// What a run has to record for somebody to judge it; the rest costs nothing.
struct Evidence {
  bool crossings = false;   // the census
  bool memory = false;      // every reservation
  bool checksums = false;   // of batches at fetch and at step; and their first feature
  bool digests = false;     // of weights, slots and counters around every step
  bool hook_times = false;  // time spent in every hook, real and simulated
  bool disk = false;        // everything that was done to the disk
  bool refit = false;       // a second, clean fit afterwards, and a clean run to compare with
  bool states = false;      // how things stand at every epoch's end, and callbacks after a call
  bool twin = false;        // the same story without a strike, to compare with
  bool bare = false;        // the same without any harness
  std::vector<Instant> weights_at;  // weights kept after these steps or epochs

  void add(const Evidence& other);
};

// What an assertion looks at beside the outcome.
struct AssertionScope {
  const Scenario& scenario;
  const Policy& policy;
  std::string_view profile;
  // The call of the chapter whose "then" this is; absent: the whole story (its last call decides
  // where one has to).
  std::optional<std::size_t> call;
};

struct Finding {
  bool held = true;
  std::string expected;  // filled when it did not hold
  std::string actual;
  std::vector<std::int64_t> lines;  // trace lines (seq) that show it
};

// One kind of thing that a scenario may state. Sees the outcome and nothing else.
class Assertion {
 public:
  virtual ~Assertion() = default;
  virtual Finding check(const Outcome& outcome, const AssertionScope& scope) const = 0;
  virtual Evidence needs() const { return {}; }
};

using AssertionEntry = Entry<std::unique_ptr<Assertion>>;
std::span<const AssertionEntry> builtin_assertions();

}  // namespace trainwreck
