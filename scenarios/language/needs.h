#pragma once

#include <span>
#include <string>
#include <string_view>

#include "scenarios/flow/scenario.h"

namespace trainwreck {

// Something that a scenario can need and a machine can refuse: "needs": ["mount"].
struct Need {
  std::string_view name;
  std::string_view help;
  std::string_view missing;  // what one says where it is not there
  bool (*met)();
};
std::span<const Need> needs();

// Why this scenario cannot run here; empty where it can.
std::string missing_for(const Scenario& scenario);

}  // namespace trainwreck
