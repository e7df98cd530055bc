#include "scenarios/stages.h"

namespace trainwreck {
namespace {

template <class Entry>
std::vector<Entry> copied(std::span<const Entry> entries) {
  return {entries.begin(), entries.end()};
}

}  // namespace

Vocabulary builtin_vocabulary() {
  return {.engine = builtin_catalogs(),
          .faults = copied(builtin_faults()),
          .assertions = copied(builtin_assertions()),
          .invariants = copied(builtin_invariants())};
}

}  // namespace trainwreck
