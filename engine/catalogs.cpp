#include "engine/catalogs.h"

namespace trainwreck {
namespace {

template <class Product>
std::vector<Entry<Product>> copied(std::span<const Entry<Product>> entries) {
  return {entries.begin(), entries.end()};
}

}  // namespace

Catalogs builtin_catalogs() {
  return {.layers = copied(builtin_layers()),
          .losses = copied(builtin_losses()),
          .metrics = copied(builtin_metrics()),
          .optimizers = copied(builtin_optimizers()),
          .schedules = copied(builtin_schedules()),
          .initialisers = copied(builtin_initialisers()),
          .data = copied(builtin_data()),
          .callbacks = copied(builtin_callbacks())};
}

}  // namespace trainwreck
