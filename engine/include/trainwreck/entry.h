#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"

namespace trainwreck {

struct Catalogs;
struct Seams;

// What a maker may use besides its own parameters. A maker builds and touches nothing of the world:
// files are read at the first use.
struct BuildContext {
  const Catalogs& catalogs;  // to build nested entries
  const Seams& seams;
  std::uint64_t seed = 0;
  std::string_view base_dir = ".";  // relative paths in a file are relative to this
};

// A named way to build something from user input. Its texts live as long as the program. The same
// parameters make equal things, each owned by whoever asked: `make` keeps nothing between calls.
// The tables are generated from the folder listing: the folder is the catalog, so adding an entry
// is adding a file. Product is what the maker returns, e.g. std::unique_ptr<Layer>; Context what it
// may use besides its own parameters.
template <class Product, class Context = BuildContext>
struct Entry {
  std::string_view name;
  std::string_view help;
  // Reads what it needs from the parameters; complaints go there. May return null only after
  // complaining. Unknown keys are rejected by the caller.
  Product (*make)(Params&, const Context&);
};

// Complains about an unknown kind, with the nearest known one.
void complain_unknown_kind(Params& params, std::string_view kind,
                           std::span<const std::string_view> known);

// The "kind" of an entry: the text itself where the value is a plain string.
std::string kind_of(Params& params);

// Builds the entry that params name, or complains and returns null.
template <class Product, class Context>
Product make_from(std::span<const Entry<Product, Context>> catalog, Params& params,
                  const Context& context) {
  const std::string kind = kind_of(params);
  std::vector<std::string_view> names;
  for (const Entry<Product, Context>& entry : catalog) {
    if (entry.name == kind) {
      Product product = entry.make(params, context);
      params.reject_unknown_keys();
      return product;
    }
    names.push_back(entry.name);
  }
  complain_unknown_kind(params, kind, names);
  return {};
}

}  // namespace trainwreck
