#include "engine/sources/read_source.h"

#include <utility>

#include "engine/base/random.h"
#include "engine/catalogs.h"

namespace trainwreck {

std::uint64_t seed_of_part(std::uint64_t seed, std::int64_t index) {
  return index == 0 ? seed : Random(seed, Purpose::user, index).bits(0);
}

std::string read_name(Params& params, std::string_view fallback) {
  return params.text("name", fallback, "what messages and the trace call it");
}

std::string path_from(std::string_view base, const std::string& path) {
  if (path.starts_with('/') || base.empty() || base == ".") return path;
  return std::string(base) + "/" + path;
}

std::shared_ptr<DataSource> read_source(Params& params, const BuildContext& context) {
  std::optional<Params> from = params.maybe_child("from", "the source that it takes from");
  if (!from) {
    params.complain("from", "is missing: the source that it takes from");
    return nullptr;
  }
  return make_from<std::shared_ptr<DataSource>, BuildContext>(context.catalogs.data, *from,
                                                              context);
}

std::vector<std::shared_ptr<DataSource>> read_sources(Params& params, const BuildContext& context) {
  std::vector<Params> children = params.children("sources", "the sources to join, at least one");
  if (children.empty()) params.complain("sources", "must list at least one source");
  std::vector<std::shared_ptr<DataSource>> sources;
  bool complete = true;
  for (Params& child : children) {
    BuildContext own = context;
    own.seed = seed_of_part(context.seed, static_cast<std::int64_t>(sources.size()));
    sources.push_back(
        make_from<std::shared_ptr<DataSource>, BuildContext>(context.catalogs.data, child, own));
    complete = complete && sources.back() != nullptr;
  }
  if (!complete) sources.clear();
  return sources;
}

}  // namespace trainwreck
