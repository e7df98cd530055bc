#pragma once

#include <optional>
#include <string>

#include "faults/outside/decision.h"
#include "faults/outside/launch.h"
#include "faults/outside/program.h"
#include "faults/outside/recording.h"

namespace trainwreck::outside {

// Runs the program until nothing of it is left, asks the strategy about each operation on the
// watched folders, and records what was done. The program is neither changed nor asked; it has no
// more rights than without us, and, because of no_new_privs, cannot get any (sudo fails).
//
// REQUIRES: nobody else changes the watched folders meanwhile.
// PROMISES: when it returns, in whatever way, no process of the program is there; if this process
// dies meanwhile, a keeper kills them all.
//
// The calling thread does all the work and must not be one that ends before. Throws CannotWatch
// where the machine does not allow it, IoError where a watched folder cannot be read.
Observed run_below(const ProgramToWreck& program, Strategy& strategy);

}  // namespace trainwreck::outside
