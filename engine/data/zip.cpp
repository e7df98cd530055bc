#include <array>
#include <utility>

#include "engine/base/errors.h"
#include "engine/combine/joined_source.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_zip(Params& params, const BuildContext& context) {
  constexpr std::array<std::string_view, 2> kUnequal{"error", "shortest"};
  const auto unequal = static_cast<Unequal>(
      params.choice("unequal", kUnequal, 0, "what to do when the lengths differ"));
  Sources sources = read_sources(params, context);
  if (sources.empty()) return nullptr;
  try {
    return zip_sources(std::move(sources), unequal);
  } catch (const ValueError& error) {
    params.complain("sources", error.what());
    return nullptr;
  }
}

}  // namespace

DataEntry zip() {
  return {"zip", "Rows of the sources' batches of one index in one batch.", &read_zip};
}

}  // namespace trainwreck::data
