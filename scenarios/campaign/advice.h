#pragma once

#include <string>

#include "scenarios/campaign/verdict.h"
#include "scenarios/points/faults.h"
#include "scenarios/points/protocol.h"

namespace trainwreck::campaign {

// What advice depends on.
struct Setting {
  Protocol protocol = Protocol::in_place;
  std::string format{};  // of the checkpoints: "torch", "json", ...
  bool python = false;
};

// How to mend it: a sentence, and code for that library, in lines.
std::string advice_for(const Setting& setting, End end, Fault fault, bool by_resume);

}  // namespace trainwreck::campaign
