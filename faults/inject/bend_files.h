#pragma once

#include <memory>
#include <vector>

#include "faults/inject/bend.h"
#include "faults/inject/limits.h"

namespace trainwreck {

// Fails files' operations with an errno; where the world can enforce the limit instead (on the
// directory that the file is in), the machine fails them.
std::unique_ptr<Fault> fail_limited(std::vector<Site> sites, int error, Limit limit);

}  // namespace trainwreck
