#include <utility>

#include "engine/sources/array_source.h"
#include "engine/sources/problem.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_arrays(Params& params, const BuildContext& context) {
  std::optional<ArrayData> data = read_array_data(params, context);
  const BatchOptions options = read_batch_options(params, 0);
  const std::string name = read_name(params, "arrays");
  if (!data) return nullptr;
  return std::make_shared<ArraySource>(std::move(*data), options, name);
}

}  // namespace

DataEntry arrays() {
  return {"arrays", "Rows in memory, made of a named problem or written down; shuffles its rows.",
          &read_arrays};
}

}  // namespace trainwreck::data
