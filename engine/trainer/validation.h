#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/logs.h"
#include "engine/loop/status.h"
#include "engine/trainer/batch_feed.h"
#include "engine/trainer/run.h"
#include "engine/trainer/running_metrics.h"

namespace trainwreck {

// An evaluation inside a run: of a run of its own, or after epochs of fit. The feed lives from one
// evaluation to the next.
class Validation {
 public:
  Validation(Run& run, RunningMetrics& metrics, DataSource& data, std::optional<std::int64_t> steps,
             std::uint64_t seed);

  // Makes the model's weights for the source's first batch, which costs the source an epoch's
  // begin.
  void warm_up();
  // Back to the source's first batch.
  void rewind();
  // Runs all hooks and batches; what was measured is in `logs`.
  Status evaluate(Logs& logs);

 private:
  Status one_batch(const Batch& batch, Logs& logs);

  Run& run_;
  RunningMetrics& metrics_;
  BatchFeed feed_;
};

}  // namespace trainwreck
