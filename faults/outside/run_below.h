#pragma once

#include <optional>
#include <string>

#include "faults/outside/decision.h"
#include "faults/outside/launch.h"
#include "faults/recording/program.h"
#include "faults/recording/recording.h"

namespace trainwreck::outside {

// Runs the program until nothing of it is left, asks the strategy about each operation on the
// watched folders, and records what was done. The program is neither changed nor asked; it has no
// more rights than without us, and, because of no_new_privs, cannot get any (sudo fails).
//
// REQUIRES: nobody else changes the watched folders meanwhile.
// PROMISES: when it returns, in whatever way, no process of the program is there; if this process
// dies meanwhile, a keeper kills them all.
//
// One thing it cannot keep from the program: a signal that comes in the few microseconds between a
// call and our hearing of it, to a handler without SA_RESTART, ends the call with EINTR, also calls
// that know no EINTR otherwise. Nothing was done then. Signals sent at an operation do not come
// then. Programs in a chroot of their own are not supported.
//
// The calling thread does all the work and must not be one that ends before. Throws CannotWatch
// where the machine does not allow it, IoError where a watched folder cannot be read.
Observed run_below(const ProgramToWreck& program, Strategy& strategy);

}  // namespace trainwreck::outside
