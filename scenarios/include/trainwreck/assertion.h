#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "faults/inject/address.h"
#include "scenarios/flow/evidence.h"
#include "trainwreck/entry.h"

namespace trainwreck {

struct Invariant;
struct Outcome;
struct Policy;
struct Scenario;

// What an assertion looks at beside the outcome.
struct AssertionScope {
  const Scenario& scenario;
  const Policy& policy;
  std::string_view profile;
  // The call of the chapter whose "then" this is; absent: the whole story (its last call decides
  // where one has to).
  std::optional<std::size_t> call;
};

// What an assertion found.
struct Finding {
  bool held = true;
  std::string expected;  // filled when it did not hold
  std::string actual;
  std::vector<std::int64_t> lines;  // trace lines (seq) that show it
};

// One kind of thing that a scenario may state. Sees the outcome and nothing else, and never
// changes: one object checks every outcome of its file's plans, also from several processes or
// threads. What it cannot decide it must not hold: `actual` says what was missing.
class Assertion {
 public:
  virtual ~Assertion() = default;
  // Throws nothing but what is our own mistake.
  virtual Finding check(const Outcome& outcome, const AssertionScope& scope) const = 0;
  // What a run has to record, beyond its events, for this to be decided.
  virtual EvidenceRequest needs() const { return {}; }
};

// What the maker of an assertion may use besides its own parameters. An assertion outlives it, and
// copies what it keeps.
struct AssertionContext {
  std::span<const Invariant> contract;  // the clauses that a run is held against
};

using AssertionEntry = Entry<std::unique_ptr<Assertion>, AssertionContext>;
std::span<const AssertionEntry> builtin_assertions();

}  // namespace trainwreck
