#pragma once

#include <cstdint>

namespace trainwreck {

// What becomes of a batch size of 0. The first value is what Keras does.
enum class ZeroBatchSize : std::uint8_t { means_default, refused };

}  // namespace trainwreck
