#include "tests/engine/sources/support.h"

#include <functional>

#include "engine/catalogs.h"

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

std::shared_ptr<DataSource> DataBuilder::build(const std::string& json) {
  diagnostics_.clear();
  Catalogs catalogs;
  catalogs.data.assign(builtin_data().begin(), builtin_data().end());
  const Seams seams = world_.seams();
  Params params = Params::parse(json, diagnostics_);
  auto source = make_from<std::shared_ptr<DataSource>, BuildContext>(catalogs.data, params,
                                                                     {catalogs, seams, /*seed=*/1});
  return diagnostics_.empty() ? source : nullptr;
}

std::string DataBuilder::complaints() const {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics_) {
    text += diagnostic.pointer + " " + diagnostic.message + "\n";
  }
  return text;
}

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
