#include <fmt/format.h>

#include "engine/seams/seams.h"
#include "scenarios/books/schema.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

int command_schema(const Vocabulary& vocabulary) {
  RealWorld world;
  fmt::print("{}", scenario_schema(vocabulary, world.seams()));
  return kAllHeld;
}

}  // namespace trainwreck
