#include "engine/trainer/prediction.h"

#include <fmt/format.h>

#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {

Prediction::Prediction(Run& run, DataSource& data, std::optional<std::int64_t> steps,
                       std::uint64_t seed)
    : run_(run), feed_(data, {.steps = steps, .seed = seed}, run.state().session) {}

Status Prediction::predict(Tensor& answers) {
  run_.state().stop_predicting = false;
  const Status status = run_.scope(kPredict, -1, logs_, [&] {
    return run_.for_each_batch(feed_, [&](const Batch& batch) { return one_batch(batch); });
  });
  if (rows_ == 0) {
    throw StateError(fmt::format("{} gave no batch, so there is no answer", run_.source_name()));
  }
  answers = Tensor(row_.with_rows(rows_), std::move(values_));
  return status;
}

Status Prediction::one_batch(const Batch& batch) {
  run_.stepper().receive(batch, false);
  run_.scope(kPredictBatch, run_.state().batch_index, logs_, [&] {
    append(run_.stepper().predict(batch.x));
    return Status::completed;
  });
  return run_.state().stop_predicting ? Status::stopped : Status::completed;
}

void Prediction::append(const Tensor& rows) {
  const Shape row = rows.shape().without_rows();
  if (rows_ > 0 && row != row_) {
    throw ShapeError(fmt::format("the answers so far have shape {} per row, this batch's have {}",
                                 row_.text(), row.text()));
  }
  row_ = row;
  rows_ += rows.rows();
  values_.insert(values_.end(), rows.values().begin(), rows.values().end());
}

}  // namespace trainwreck
