#include <fmt/format.h>

#include "engine/seams/seams.h"
#include "scenarios/commands.h"
#include "scenarios/schema.h"

namespace trainwreck {

int command_schema(const Vocabulary& vocabulary) {
  RealWorld world;
  fmt::print("{}", scenario_schema(vocabulary, world.seams()));
  return kAllHeld;
}

}  // namespace trainwreck
