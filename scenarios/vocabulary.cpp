#include "scenarios/stages.h"

namespace trainwreck {
namespace {

template <class Entry>
std::vector<Entry> copy_of(std::span<const Entry> entries) {
  return {entries.begin(), entries.end()};
}

}  // namespace

Vocabulary builtin_vocabulary() {
  return {.engine = builtin_catalogs(),
          .faults = copy_of(builtin_faults()),
          .assertions = copy_of(builtin_assertions()),
          .invariants = copy_of(builtin_invariants())};
}

}  // namespace trainwreck
