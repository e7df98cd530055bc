#include <utility>

#include "engine/sources/array_sequence.h"
#include "engine/sources/problem.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_sequence(Params& params, const BuildContext& context) {
  std::optional<ArrayData> data = read_array_data(params, context);
  ArraySequenceOptions options;
  options.batches = read_batch_options(params);
  options.shuffle_on_epoch_end =
      params.flag("shuffle_on_epoch_end", false, "new order of its rows at its own epoch's end");
  options.seed = context.seed;
  const std::string name = params.text("name", "sequence", "what messages and the trace call it");
  if (!data) return nullptr;
  return std::make_shared<ArraySequence>(std::move(*data), options, name);
}

}  // namespace

DataEntry sequence() {
  return {"sequence", "Batches by index over rows in memory, with an epoch end of its own.",
          &read_sequence};
}

}  // namespace trainwreck::data
