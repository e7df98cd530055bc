#include <array>
#include <utility>

#include "engine/base/errors.h"
#include "engine/combine/joined_source.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_interleave(Params& params, const BuildContext& context) {
  constexpr std::array<std::string_view, 3> kUntil{"all", "first", "longest"};
  const auto until = static_cast<Until>(
      params.choice("until", kUntil, 0,
                    "all: leave out who has finished; first: stop there; longest: begin again"));
  Sources sources = read_sources(params, context);
  if (sources.empty()) return nullptr;
  try {
    return interleave_sources(std::move(sources), until);
  } catch (const ValueError& error) {
    params.complain("sources", error.what());
    return nullptr;
  }
}

}  // namespace

DataEntry interleave() {
  return {"interleave", "One batch of each source in turn, each with its own epoch.",
          &read_interleave};
}

}  // namespace trainwreck::data
