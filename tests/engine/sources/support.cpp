#include "tests/engine/sources/support.h"

#include <functional>

namespace trainwreck {

namespace {

void each_batch(DataSource& source, const Pass& pass,
                const std::function<void(const Batch&)>& see) {
  Batch batch;
  source.start_pass(pass);
  const std::int64_t count =
      source.traits().access == Access::random ? *source.length() : 1'000'000;
  for (std::int64_t i = 0; i < count && source.fetch(i, batch); ++i) see(batch);
}

}  // namespace

std::vector<float> values_of_pass(DataSource& source, const Pass& pass) {
  std::vector<float> values;
  each_batch(source, pass, [&](const Batch& batch) {
    values.insert(values.end(), batch.x.values().begin(), batch.x.values().end());
  });
  return values;
}

std::vector<std::int64_t> samples_of_pass(DataSource& source, const Pass& pass) {
  std::vector<std::int64_t> samples;
  each_batch(source, pass, [&](const Batch& batch) {
    samples.insert(samples.end(), batch.samples.begin(), batch.samples.end());
  });
  return samples;
}

std::vector<std::int64_t> rows_of_pass(DataSource& source, const Pass& pass) {
  std::vector<std::int64_t> rows;
  each_batch(source, pass, [&](const Batch& batch) { rows.push_back(batch.rows()); });
  return rows;
}

Tensor counting(std::int64_t rows) {
  Tensor tensor({rows, 1});
  for (std::int64_t i = 0; i < rows; ++i) tensor[i] = static_cast<float>(i);
  return tensor;
}

}  // namespace trainwreck
