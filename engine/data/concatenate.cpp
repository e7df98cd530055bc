#include <utility>

#include "engine/base/errors.h"
#include "engine/combine/joined_source.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_concatenate(Params& params, const BuildContext& context) {
  Sources sources = read_sources(params, context);
  if (sources.empty()) return nullptr;
  try {
    return concatenate_sources(std::move(sources));
  } catch (const ValueError& error) {
    params.complain("sources", error.what());
    return nullptr;
  }
}

}  // namespace

DataEntry concatenate() {
  return {"concatenate", "Batches of one source after those of the other, each with its own epoch.",
          &read_concatenate};
}

}  // namespace trainwreck::data
