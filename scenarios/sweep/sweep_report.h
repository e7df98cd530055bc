#pragma once

#include <string>

#include "scenarios/flow/plan.h"
#include "scenarios/sweep/sweep.h"

namespace trainwreck {

// What a sweep came to, for a person: what was tried, what was not, and each kind of failure once.
std::string sweep_text(const Plan& plan, const SweepResult& result);

// The same as one JSON object, with the certificate and every finding.
std::string sweep_json(const Plan& plan, const SweepResult& result);

// Whether the certificate proves that every point was struck that could be, or says what was not.
bool is_sound(const SweepCertificate& certificate);

}  // namespace trainwreck
