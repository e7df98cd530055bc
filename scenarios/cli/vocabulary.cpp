#include "scenarios/flow/vocabulary.h"

#include "scenarios/flow/doubles.h"
#include "trainwreck/cli.h"

namespace trainwreck {
namespace {

template <class Entry>
std::vector<Entry> copied(std::span<const Entry> entries) {
  return {entries.begin(), entries.end()};
}

template <class Entry>
void add(std::vector<Entry>& catalog, std::span<const Entry> more) {
  catalog.insert(catalog.end(), more.begin(), more.end());
}

Catalogs with_doubles(Catalogs catalogs) {
  add(catalogs.callbacks, callback_doubles());
  add(catalogs.data, source_doubles());
  return catalogs;
}

}  // namespace

Vocabulary builtin_vocabulary() {
  return {.engine = with_doubles(builtin_catalogs()),
          .faults = copied(builtin_faults()),
          .assertions = copied(builtin_assertions()),
          .invariants = copied(builtin_invariants())};
}

}  // namespace trainwreck
