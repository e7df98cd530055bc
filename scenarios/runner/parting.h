#pragma once

#include <cstddef>
#include <optional>

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

// Makes one run of a plan in the simulated world.
using MakeRun = std::function<Outcome(const Plan&)>;

// The first step after which `plan` and `other` have other weights or slots than each other,
// looking no further than the given call of each. Steps are told apart by how many the optimizer
// has counted, so a run that was resumed is laid beside one that never stopped; of steps that were
// taken twice the later counts. nullopt: they never part.
std::optional<Parting> find_parting(const Plan& plan, std::size_t last_call, const Plan& other,
                                    std::size_t last_other_call, const MakeRun& make_run);

}  // namespace trainwreck
