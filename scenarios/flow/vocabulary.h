#pragma once

#include <vector>

#include "engine/catalogs.h"
#include "faults/inject/fault.h"
#include "scenarios/flow/assertion.h"
#include "scenarios/flow/invariant.h"

namespace trainwreck {

// Everything that a scenario may name. Whoever looks a name up is handed one of these.
struct Vocabulary {
  Catalogs engine;
  std::vector<FaultEntry> faults;
  std::vector<AssertionEntry> assertions;
  std::vector<InvariantEntry> invariants;
};

}  // namespace trainwreck
