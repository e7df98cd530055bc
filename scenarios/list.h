#pragma once

#include <string>

#include "engine/catalogs.h"

namespace trainwreck {

// Every catalog of the context with its entries and their parameters, as the page docs/catalog.md.
// What an entry takes is learned by making it once from nothing, so the page cannot say what the
// code does not.
std::string list_markdown(const BuildContext& context);

}  // namespace trainwreck
