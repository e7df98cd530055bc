#include "engine/sources/synthetic_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_synthetic(Params& params, const BuildContext& context) {
  const std::int64_t samples = params.integer(
      "samples", 1000, "how many there are; none is kept in memory", {0, 1'000'000'000'000});
  const BatchOptions options = read_batch_options(params);
  return std::make_shared<SyntheticSource>(read_problem(params, context), samples, options);
}

}  // namespace

DataEntry synthetic() {
  return {"synthetic", "Rows of a named problem, computed when asked for: any size, no memory.",
          &read_synthetic};
}

}  // namespace trainwreck::data
