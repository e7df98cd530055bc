#include "engine/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace trainwreck {

void abort_because(const char* file, int line, const char* condition, std::string_view why) {
  std::fprintf(stderr, "%s:%d: TRAINWRECK_CHECK(%s) failed: %.*s\n", file, line, condition,
               static_cast<int>(why.size()), why.data());
  std::abort();
}

}  // namespace trainwreck
