#include <utility>

#include "engine/sources/problem_generator.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_generator(Params& params, const BuildContext& context) {
  constexpr IntegerRange kBatches{0, std::int64_t{1} << 40};
  ProblemGeneratorOptions options;
  options.batch_size = params.integer("batch_size", 32, "rows in a batch", {1, 1 << 30});
  options.length =
      params.maybe_integer("batches", "batches that it gives; absent: it never ends", kBatches);
  options.declares_length = params.maybe_integer(
      "declares_length", "batches that it claims to give; absent: it claims nothing", kBatches);
  options.fails_at = params.maybe_integer(
      "fails_at", "throws ValueError in place of this one, counted from 0", kBatches);
  std::shared_ptr<const Problem> problem = read_problem(params, context);
  const std::string name = read_name(params, "generator");
  return std::make_shared<ProblemGenerator>(std::move(problem), options, name);
}

}  // namespace

DataEntry generator() {
  return {"generator", "Batches of a named problem one after the other, once, finite or endless.",
          &read_generator};
}

}  // namespace trainwreck::data
