#pragma once

#include <set>
#include <string>

#include "engine/loop/hook.h"
#include "faults/inject/injector.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "trainwreck/entry.h"
#include "trainwreck/trainer.h"

namespace trainwreck {

// From a story's plain values to what a run is made of, in a simulated world or in a real one.

// fit's options but for data and callbacks.
FitOptions fit_options(const FitCall& fit);
// Where callbacks listen even if they do not care: in the hooks that some fault of the story
// strikes, or in all of them for who lists the crossings.
HookMask hooks_heard(const Plan& plan);
PlannedFault planned_fault(const DueFault& due, const Vocabulary& vocabulary,
                           const BuildContext& context);
// What a trace can tell where only this evidence was recorded.
std::set<std::string> fields_of(const EvidenceRequest& evidence);

}  // namespace trainwreck
