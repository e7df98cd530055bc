#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "trainwreck/data.h"
#include "trainwreck/entry.h"

namespace trainwreck {

// Builds the source that stands under "from"; null after a complaint.
std::shared_ptr<DataSource> read_source(Params& params, const BuildContext& context);
// Builds the sources in the list under "sources", each with a seed of its own; empty after a
// complaint.
std::vector<std::shared_ptr<DataSource>> read_sources(Params& params, const BuildContext& context);

// Reads "name": what traces and messages call a source.
std::string read_name(Params& params, std::string_view fallback);

// A path that may be relative to `base`.
std::string path_from(std::string_view base, const std::string& path);

// The seed of the index-th part of something that has `seed`: the first keeps it.
std::uint64_t seed_of_part(std::uint64_t seed, std::int64_t index);

}  // namespace trainwreck
