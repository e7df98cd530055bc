#pragma once

#include <cstdint>

#include "engine/combine/pipeline.h"
#include "trainwreck/entry.h"

namespace trainwreck {

// What pipelines do to batches most often.
Pipeline::Map scale(float factor);
Pipeline::Map shift(float by);
// Class numbers to rows with a one in them. Throws BadBatch for a label that is no class.
Pipeline::Map one_hot(std::int64_t classes);
// Turns this share of the class numbers into the next class; which ones depends on the seed and the
// sample alone.
Pipeline::Map flip_labels(std::int64_t classes, double fraction);

// Reads a map by its "kind"; null after a complaint.
Pipeline::Map read_map(Params& params);

}  // namespace trainwreck
