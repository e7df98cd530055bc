#pragma once

#include <cstdint>
#include <string>

#include "engine/policy/policy.h"
#include "scenarios/flow/evidence.h"
#include "scenarios/flow/scenario.h"

namespace trainwreck {

// How much of the harness stands around a run.
enum class Harness : std::uint8_t {
  armed,  // as the scenario says
  idle,   // the same, but no fault ever strikes
  absent  // neither shims nor trace nor faults
};

// One run to be made: a scenario under one profile. Copyable; says everything needed to do it
// again.
struct Plan {
  Scenario scenario;
  std::string profile;  // "keras" or "hardened"
  Policy policy;
  std::uint64_t seed = 1;
  EvidenceRequest evidence{};
  Harness harness = Harness::armed;
  std::int64_t failing_sync = -1;  // this sync of a file (from 0) fails; below 0: none
  int repetition = 0;              // of a run that is made several times
};

}  // namespace trainwreck
