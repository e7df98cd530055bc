#pragma once

#include <string>

#include "scenarios/flow/plan.h"
#include "scenarios/sweep/sweep.h"

namespace trainwreck {

// What a sweep came to, for a person: what was tried, what was not, and each kind of failure once.
std::string sweep_text(const Plan& plan, const SweepResult& result);

// The same as one JSON object, with the certificate and every finding.
std::string sweep_json(const Plan& plan, const SweepResult& result);

// Whether the sweep proves anything: it struck somewhere, the story repeats, no run was another one
// before its strike, and nothing fires past the last crossing.
bool is_sound(const SweepResult& result);

}  // namespace trainwreck
