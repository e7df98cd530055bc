#pragma once

#include <string>
#include <vector>

#include "tests/tidy/rules.h"

// What the installed headers declare, read off their text.
namespace trainwreck::tidy {

// The public headers (<layer>/include/trainwreck) and all that they include of ours, as
// engine/base/install_headers.cmake installs them.
std::vector<std::string> installed_headers(const Listing& tree);

// The names that a header declares in namespaces, sorted, each once: types, functions, constants
// and aliases. "layers::make_dense" stands in a namespace inside of trainwreck. A type that is only
// declared is some other header's.
std::vector<std::string> names_in(std::string_view header);

// docs/public_names.md: each installed header with its names.
std::string public_names_page(const Listing& tree);

}  // namespace trainwreck::tidy
