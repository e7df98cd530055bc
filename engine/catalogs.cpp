#include "engine/catalogs.h"

namespace trainwreck {
namespace {

template <class Entry>
std::vector<Entry> copy_of(std::span<const Entry> entries) {
  return {entries.begin(), entries.end()};
}

}  // namespace

Catalogs builtin_catalogs() {
  return {.layers = copy_of(builtin_layers()),
          .losses = copy_of(builtin_losses()),
          .metrics = copy_of(builtin_metrics()),
          .optimizers = copy_of(builtin_optimizers()),
          .schedules = copy_of(builtin_schedules()),
          .initialisers = copy_of(builtin_initialisers()),
          .data = copy_of(builtin_data()),
          .callbacks = copy_of(builtin_callbacks())};
}

}  // namespace trainwreck
