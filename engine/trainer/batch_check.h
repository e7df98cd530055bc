#pragma once

#include "engine/loop/policy.h"

namespace trainwreck {

struct Batch;

// What every batch must be before a model sees it, whatever the model: rows, the same number of
// them everywhere, float32, finite. Throws ShapeError, TypeError or BadBatch with expected and
// actual.
void check_batch(const Batch& batch, const DataPolicy& policy, bool needs_labels);

}  // namespace trainwreck
