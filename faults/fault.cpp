#include "faults/fault.h"

#include "engine/base/errors.h"

namespace trainwreck {

void World::call_again(Again) { throw StateError("there is no trainer here to call again"); }

}  // namespace trainwreck
