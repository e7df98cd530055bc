
#include "trainwreck/fault.h"

#include "engine/base/errors.h"

namespace trainwreck {

void World::call_again(Again what) {
  if (!again_) throw StateError("there is no trainer here to call again");
  again_(what);
}

}  // namespace trainwreck
