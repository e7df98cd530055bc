#pragma once

#include <vector>

#include "engine/catalogs.h"
#include "trainwreck/assertion.h"
#include "trainwreck/fault.h"
#include "trainwreck/invariant.h"

namespace trainwreck {

// Everything that a scenario may name. Whoever looks a name up is handed one of these.
struct Vocabulary {
  Catalogs engine;
  std::vector<FaultEntry> faults;
  std::vector<AssertionEntry> assertions;
  std::vector<InvariantEntry> invariants;
};

}  // namespace trainwreck
