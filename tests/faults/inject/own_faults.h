#pragma once

#include "trainwreck/fault.h"

namespace trainwreck::testing {

FaultEntry upside_down();
FaultEntry lossy_disk();

}  // namespace trainwreck::testing
