#include "engine/trainer/batch_check.h"

#include <fmt/format.h>

#include <cmath>

#include "engine/base/errors.h"
#include "engine/model/data_source.h"

namespace trainwreck {
namespace {

void check_present(const Batch& batch, bool needs_labels) {
  if (!batch.x.present()) throw BadBatch("the batch has no x");
  if (needs_labels && !batch.y.present()) throw BadBatch("the batch has no y");
}

// Numbers of any kind can be cast where the policy casts; text never.
void check_dtype(const Tensor& tensor, std::string_view name, Dtypes dtypes) {
  if (!tensor.present() || tensor.dtype() == Dtype::float32) return;
  if (dtypes == Dtypes::cast && tensor.dtype() != Dtype::text) return;
  throw TypeError(fmt::format("{} must be float32, got {}", name, name_of(tensor.dtype())));
}

void check_rows(const Batch& batch) {
  if (batch.rows() == 0) throw ShapeError("the batch has no rows");
  const auto check = [&](const Tensor& tensor, std::string_view name) {
    if (!tensor.present() || tensor.rows() == batch.rows()) return;
    throw ShapeError(fmt::format("x has {} rows, {} has {}", batch.rows(), name, tensor.rows()));
  };
  check(batch.y, "y");
  check(batch.sample_weight, "sample_weight");
}

void check_finite(const Tensor& tensor, std::string_view name) {
  if (!tensor.present() || tensor.all_finite()) return;
  std::int64_t at = 0;
  while (std::isfinite(tensor[at])) ++at;
  const std::int64_t width = tensor.row_size();
  throw BadBatch(
      fmt::format("{} has {} at row {}, element {}", name, tensor[at], at / width, at % width));
}

}  // namespace

void check_batch(const Batch& batch, const DataPolicy& policy, bool needs_labels) {
  check_present(batch, needs_labels);
  check_dtype(batch.x, "x", policy.dtypes);
  check_dtype(batch.y, "y", policy.dtypes);
  if (policy.bad_batches == BadBatches::used_as_is) return;
  check_rows(batch);
  check_finite(batch.x, "x");
  check_finite(batch.y, "y");
  check_finite(batch.sample_weight, "sample_weight");
}

}  // namespace trainwreck
