#pragma once

#include "engine/policy/policy.h"

namespace trainwreck {

struct Batch;
class Tensor;

// What every batch must be before a model sees it, whatever the model: rows, the same number of
// them everywhere, float32, finite. Throws ShapeError or BadBatch with expected and actual.
void check_batch(const Batch& batch, const DataPolicy& policy);
// The same for inputs alone.
void check_features(const Tensor& x, const DataPolicy& policy);
// Something was handed over at all; and all that is needed of it was.
void check_is_there(const Batch& batch);
void check_is_whole(const Batch& batch, bool needs_labels);
// The least that any policy asks for: values that are there and are numbers.
void check_readable(const Batch& batch, const DataPolicy& policy, bool needs_labels);

}  // namespace trainwreck
