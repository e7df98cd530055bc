#include <utility>

#include "engine/sources/read_source.h"
#include "engine/sources/synthetic_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_synthetic(Params& params, const BuildContext& context) {
  const std::int64_t samples = params.integer(
      "samples", 1000, "how many there are; none is kept in memory", {0, 1'000'000'000'000});
  const BatchOptions options = read_batch_options(params);
  std::shared_ptr<const Problem> problem = read_problem(params, context);
  const std::string name = read_name(params, "synthetic");
  return std::make_shared<SyntheticSource>(std::move(problem), samples, options, name);
}

}  // namespace

DataEntry synthetic() {
  return {"synthetic", "Rows of a named problem, computed when asked for: any size, no memory.",
          &read_synthetic};
}

}  // namespace trainwreck::data
