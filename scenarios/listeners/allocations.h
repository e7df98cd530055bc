#pragma once

#include <cstdint>

namespace trainwreck {

// How often this thread has called operator new: a program that uses this has it replaced by one
// that counts. Always 0 under a sanitizer, which has that to itself.
std::int64_t allocation_count();

}  // namespace trainwreck
