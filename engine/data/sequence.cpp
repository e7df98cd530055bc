#include <utility>

#include "engine/sources/array_sequence.h"
#include "engine/sources/problem.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_sequence(Params& params, const BuildContext& context) {
  std::optional<ArrayData> data = read_array_data(params, context);
  ArraySequenceOptions options;
  options.batches = read_batch_options(params);
  options.shuffle_on_epoch_end =
      params.flag("shuffle_on_epoch_end", false, "new order of its rows at its own epoch's end");
  options.epoch_end_adds = static_cast<float>(params.number(
      "epoch_end_adds", 0.0, "to every number in x, at its own epoch's end", {-1e6, 1e6}));
  options.endless =
      params.flag("endless", false, "tells no length, and begins again behind its last batch");
  options.seed = context.seed;
  const std::string name = read_name(params, "sequence");
  if (!data) return nullptr;
  if (options.endless && options.batches.count(data->x.rows()) == 0) {
    params.complain("endless", "needs a batch to begin again with");
    return nullptr;
  }
  return std::make_shared<ArraySequence>(std::move(*data), options, name);
}

}  // namespace

DataEntry sequence() {
  return {"sequence", "Batches by index over rows in memory, with an epoch end of its own.",
          &read_sequence};
}

}  // namespace trainwreck::data
