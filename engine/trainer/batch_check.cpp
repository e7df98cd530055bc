#include "engine/trainer/batch_check.h"

#include <fmt/format.h>

#include <cmath>

#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "trainwreck/data.h"

namespace trainwreck {
namespace {

// Numbers of any kind can be cast where the policy casts; text never.
void check_dtype(const Tensor& tensor, std::string_view name, Dtypes dtypes) {
  if (!tensor.present() || tensor.dtype() == Dtype::float32) return;
  if (dtypes == Dtypes::cast && tensor.dtype() != Dtype::text) return;
  throw BadBatch(fmt::format("{} must hold float32 values, got {}", name, name_of(tensor.dtype())));
}

void check_present(const Tensor& tensor, std::string_view name) {
  if (!tensor.present()) throw BadBatch(fmt::format("the batch has no {}", name));
}

void check_readable(const Tensor& tensor, std::string_view name, Dtypes dtypes) {
  check_present(tensor, name);
  check_dtype(tensor, name, dtypes);
}

void check_rows(const Batch& batch, const Tensor& tensor, std::string_view name) {
  if (!tensor.present() || tensor.rows() == batch.rows()) return;
  throw ShapeError(
      fmt::format("x has {} rows, {} has shape {}", batch.rows(), name, tensor.shape().text()));
}

void check_finite(const Tensor& tensor, std::string_view name) {
  if (!tensor.present() || tensor.all_finite()) return;
  std::int64_t at = 0;
  while (std::isfinite(tensor[at])) ++at;
  const std::int64_t width = tensor.row_size();
  throw BadBatch(fmt::format("{} has {} at row {}, element {}", name,
                             number_text(static_cast<double>(tensor[at])), at / width, at % width));
}

bool is_sound(const Tensor& tensor, std::int64_t rows) {
  return tensor.dtype() == Dtype::float32 && tensor.rows() == rows && tensor.all_finite();
}

// Nearly every batch: nothing to complain of under any policy, found out without asking one by one.
bool is_sound(const Batch& batch) {
  const std::int64_t rows = batch.x.rows();
  return rows > 0 && is_sound(batch.x, rows) && is_sound(batch.y, rows) &&
         (!batch.sample_weight.present() || is_sound(batch.sample_weight, rows));
}

}  // namespace

void check_is_there(const Batch& batch) {
  if (batch.x.present() || batch.y.present() || batch.sample_weight.present()) return;
  throw BadBatch("there is no batch: x, y and sample_weight are missing");
}

void check_is_whole(const Batch& batch, bool needs_labels) {
  check_is_there(batch);
  check_present(batch.x, "x");
  if (needs_labels) check_present(batch.y, "y");
}

void check_readable(const Batch& batch, const DataPolicy& policy, bool needs_labels) {
  check_readable(batch.x, "x", policy.dtypes);
  if (needs_labels) check_readable(batch.y, "y", policy.dtypes);
  check_dtype(batch.sample_weight, "sample_weight", policy.dtypes);
}

void check_features(const Tensor& x, const DataPolicy& policy) {
  check_readable(x, "x", policy.dtypes);
  if (policy.bad_batches == BadBatches::used_as_is) return;
  if (x.rows() == 0) throw ShapeError("the batch has no rows");
  check_finite(x, "x");
}

void check_batch(const Batch& batch, const DataPolicy& policy) {
  if (policy.bad_batches != BadBatches::used_as_is && is_sound(batch)) return;
  check_readable(batch, policy, true);
  if (policy.bad_batches == BadBatches::used_as_is) return;
  check_rows(batch, batch.y, "y");
  check_rows(batch, batch.sample_weight, "sample_weight");
  check_features(batch.x, policy);
  check_finite(batch.y, "y");
  check_finite(batch.sample_weight, "sample_weight");
}

}  // namespace trainwreck
