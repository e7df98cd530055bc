#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/logs.h"
#include "engine/base/tensor.h"
#include "engine/loop/status.h"
#include "engine/trainer/batch_feed.h"
#include "engine/trainer/run.h"

namespace trainwreck {

// One call of predict: the model's answers to a source's batches, in the source's order.
class Prediction {
 public:
  Prediction(Run& run, DataSource& data, std::optional<std::int64_t> steps, std::uint64_t seed);

  // Runs all hooks and batches. Throws StateError when not one batch came: there is no answer to
  // nothing.
  Status predict(Tensor& answers);

 private:
  Status one_batch(const Batch& batch);
  void append(const Tensor& rows);

  Run& run_;
  BatchFeed feed_;
  Logs logs_;
  Shape row_;
  std::int64_t rows_ = 0;
  std::vector<float> values_;
};

}  // namespace trainwreck
