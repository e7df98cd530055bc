#pragma once

#include <string_view>

#include "engine/loop/status.h"

namespace trainwreck {

// With what a training process should exit after its last run ended with this status and, if there
// was one, this type of error ("Timeout"). `signal_number` is that of an interrupted run.
int exit_code_of(Status status, std::string_view error, int signal_number);

}  // namespace trainwreck
