#pragma once

#include <cstdint>

namespace trainwreck::outside {

// Does `steps` operations of all kinds on 30 names, in the folder in which it runs. The same seed
// does the same. 0, or the line in which something was not as it should be.
int run_random_program(std::uint64_t seed, int steps);

}  // namespace trainwreck::outside
