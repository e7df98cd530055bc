#pragma once

#include <string>

#include "faults/inject/trace.h"

namespace trainwreck {

// A trace line for a person: "0/0 epoch 1 batch 2  hook on_epoch_end of csv_logger: ok".
std::string text_of(const TraceLine& line);

}  // namespace trainwreck
