#pragma once

#include <string_view>

// Our own bugs abort, loudly and in every build type. Bad input and a hostile world are not bugs:
// see params.h and errors.h for those.
#define TRAINWRECK_CHECK(condition, why)                                \
  do {                                                                  \
    if (!(condition)) [[unlikely]] {                                    \
      ::trainwreck::abort_because(__FILE__, __LINE__, #condition, why); \
    }                                                                   \
  } while (false)

namespace trainwreck {

[[noreturn]] void abort_because(const char* file, int line, const char* condition,
                                std::string_view why);

}  // namespace trainwreck
