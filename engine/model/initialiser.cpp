
#include "trainwreck/initialiser.h"

#include "engine/catalogs.h"

namespace trainwreck {

std::unique_ptr<Initialiser> read_initialiser(Params& params, std::string_view key,
                                              std::string_view help, const BuildContext& context) {
  std::optional<Params> child = params.maybe_child(key, help);
  if (!child) return nullptr;
  return make_from<std::unique_ptr<Initialiser>, BuildContext>(context.catalogs.initialisers,
                                                               *child, context);
}

}  // namespace trainwreck
