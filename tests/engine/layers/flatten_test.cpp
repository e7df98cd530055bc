#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/layers/layers.h"
#include "tests/engine/layers/layer_support.h"

namespace trainwreck {
namespace {

using testing::alone;
using testing::PartBuilder;
using testing::stack;

TEST(Flatten, MakesEachRowALine) {
  Model model = alone(layers::make_flatten(), {2, 1, 2});
  EXPECT_EQ(model.output_row(), (Shape{4}));
  EXPECT_EQ(model.forward(Tensor({2, 2, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8}), {}),
            Tensor({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(Flatten, GivesSingleNumbersAnAxis) {
  Model model = alone(layers::make_flatten(), {});
  EXPECT_EQ(model.forward(Tensor({3}, {1, 2, 3}), {}), Tensor({3, 1}, {1, 2, 3}));
}

TEST(Flatten, OfAnUnknownExtentIsUnknown) {
  EXPECT_EQ(alone(layers::make_flatten(), {Shape::kUnknown, 2}).output_row(),
            (Shape{Shape::kUnknown}));
  EXPECT_EQ(error_of<ShapeError>([] {
              Model model(stack(layers::make_flatten(), layers::make_dense({.units = 1})), 1);
              model.build({Shape::kUnknown, 2});
            }),
            "layer \"dense\" (dense): expected input with a known last dimension, got "
            "(None, None)");
}

TEST(Flatten, IsBuiltByName) {
  PartBuilder builder;
  EXPECT_TRUE(builder.build(builtin_layers(), R"("flatten")")) << builder.complaints();
}

}  // namespace
}  // namespace trainwreck
