
#include "trainwreck/layer.h"

#include "engine/base/errors.h"

namespace trainwreck {

std::int64_t Layer::workspace_bytes(const Shape&) const { return 0; }

void expect_input(const Shape& row, const Shape& input) {
  const Shape expected = row.with_rows(Shape::kUnknown);
  if (!expected.accepts(input)) {
    throw ShapeError("expected input of shape " + expected.text() + ", got " + input.text());
  }
}

}  // namespace trainwreck
