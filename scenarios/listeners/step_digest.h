#pragma once

#include "faults/inject/trace.h"

namespace trainwreck {

class Model;

// To the lines of steps: a digest of the model's state, and whether its weights are finite.
void add_digest(Model* model, TraceLine& line);

}  // namespace trainwreck
