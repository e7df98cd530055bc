#pragma once

#include <cstdint>

namespace trainwreck {

// What becomes of labels whose shape is not the prediction's, beyond one size-1 axis more or less.
// The first value is what Keras does.
enum class LabelShapes : std::uint8_t { broadcast, strict };

}  // namespace trainwreck
