#include "engine/base/tensor.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <class Call>
std::string complaint_of(Call call) {
  try {
    call();
  } catch (const ShapeError& error) {
    return error.what();
  }
  return "";
}

TEST(Shape, PrintsAsPythonDoes) {
  EXPECT_EQ(Shape().text(), "()");
  EXPECT_EQ((Shape{32}.text()), "(32,)");
  EXPECT_EQ((Shape{Shape::kUnknown, 784}.text()), "(None, 784)");
}

TEST(Shape, CountsElementsAndRows) {
  EXPECT_EQ(Shape().size(), 1);
  EXPECT_EQ(Shape().row_size(), 1);
  EXPECT_EQ((Shape{5}.row_size()), 1);
  EXPECT_EQ((Shape{2, 3, 4}.size()), 24);
  EXPECT_EQ((Shape{2, 3, 4}.row_size()), 12);
  EXPECT_EQ((Shape{0, 3}.size()), 0);
  EXPECT_EQ((Shape{0, 3}.row_size()), 3);
  EXPECT_EQ((Shape{2, 3, 4}.back()), 4);
}

TEST(Shape, AnOpenShapeHasNoSize) {
  EXPECT_EQ((Shape{Shape::kUnknown, 3}.size()), Shape::kUnknown);
  EXPECT_EQ((Shape{Shape::kUnknown, 3}.row_size()), 3);
}

TEST(Shape, RefusesWhatCannotBe) {
  EXPECT_EQ(complaint_of([] { Shape{1, 2, 3, 4, 5}; }), "a shape has at most 4 dimensions, got 5");
  EXPECT_EQ(complaint_of([] { Shape{2, -7}; }), "a dimension cannot be negative, got -7");
  EXPECT_EQ(complaint_of([] {
              (Shape{1LL << 40, 1LL << 40}).size();
            }),
            "shape (1099511627776, 1099511627776) has too many elements to count");
  EXPECT_EQ(complaint_of([] {
              (Shape{1, 2, 3, 4}).with_rows(5);
            }),
            "no room for rows in front of shape (1, 2, 3, 4)");
}

TEST(Shape, GivesAndTakesRows) {
  EXPECT_EQ((Shape{2, 3}.without_rows()), Shape{3});
  EXPECT_EQ(Shape().without_rows(), Shape());
  EXPECT_EQ((Shape{3}.with_rows(2)), (Shape{2, 3}));
  EXPECT_EQ(Shape().with_rows(2), Shape{2});
}

TEST(Shape, AcceptsAnythingWhereItIsOpen) {
  const Shape open = {Shape::kUnknown, 3};
  EXPECT_TRUE(open.accepts({7, 3}));
  EXPECT_FALSE(open.accepts({7, 4}));
  EXPECT_FALSE(open.accepts({3}));
  EXPECT_FALSE((Shape{7, 3}.accepts(open)));
}

TEST(Tensor, IsAbsentUntilItHasAShape) {
  Tensor tensor;
  EXPECT_FALSE(tensor.present());
  EXPECT_EQ(tensor.size(), 0);
  tensor.resize({2});
  EXPECT_TRUE(tensor.present());
  tensor.clear();
  EXPECT_FALSE(tensor.present());
  EXPECT_EQ(tensor, Tensor());
}

TEST(Tensor, HoldsRows) {
  Tensor tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(tensor.rows(), 2);
  EXPECT_EQ(tensor.bytes(), 24);
  EXPECT_EQ(tensor.row(1)[2], 6.0F);
  tensor.row(0)[0] = 9.0F;
  EXPECT_EQ(tensor[0], 9.0F);
  EXPECT_DEATH(tensor.row(2), "no such row");
}

TEST(Tensor, ARankOfZeroIsOneRow) {
  const Tensor scalar(Shape(), 3.0F);
  EXPECT_EQ(scalar.rows(), 1);
  EXPECT_EQ(scalar.row(0)[0], 3.0F);
}

TEST(Tensor, RefusesValuesThatDoNotFit) {
  EXPECT_EQ(complaint_of([] {
              Tensor({2, 3}, std::vector<float>{1.0F});
            }),
            "shape (2, 3) needs 6 values, got 1");
  EXPECT_EQ(complaint_of([] {
              Tensor({Shape::kUnknown, 3});
            }),
            "a tensor cannot have the open shape (None, 3)");
  EXPECT_EQ(complaint_of([] { Tensor({2, 3}).reshape({7}); }), "shape (7,) needs 7 values, got 6");
}

TEST(Tensor, AFailedReshapeChangesNothing) {
  Tensor tensor({2, 3}, 1.0F);
  EXPECT_THROW(tensor.resize({Shape::kUnknown}), ShapeError);
  EXPECT_THROW(tensor.reshape({4}), ShapeError);
  EXPECT_EQ(tensor, Tensor({2, 3}, 1.0F));
}

TEST(Tensor, KeepsItsBufferWhenItShrinksAndGrowsBack) {
  Tensor tensor({8, 4});
  const float* const buffer = tensor.data();
  tensor.resize({3, 4});
  tensor.resize({8, 4});
  EXPECT_EQ(tensor.data(), buffer);
  tensor.clear();
  tensor.resize({8, 4});
  EXPECT_EQ(tensor.data(), buffer);
}

TEST(Tensor, ResizingMakesItFloat32Again) {
  Tensor tensor({2});
  tensor.set_dtype(Dtype::float64);
  EXPECT_EQ(name_of(tensor.dtype()), "float64");
  tensor.resize({2});
  EXPECT_EQ(tensor.dtype(), Dtype::float32);
}

TEST(Tensor, EqualMeansShapeDtypeAndValues) {
  EXPECT_EQ(Tensor({2}, 1.0F), Tensor({2}, 1.0F));
  EXPECT_NE(Tensor({2}, 1.0F), Tensor({2, 1}, 1.0F));
  EXPECT_NE(Tensor({2}, 1.0F), Tensor({2}, 2.0F));
  Tensor other({2}, 1.0F);
  other.set_dtype(Dtype::int32);
  EXPECT_NE(Tensor({2}, 1.0F), other);
}

TEST(AllFinite, HoldsForTheLargestAndTheSmallest) {
  const float most = std::numeric_limits<float>::max();
  const float least = std::numeric_limits<float>::denorm_min();
  EXPECT_TRUE(all_finite(std::vector<float>{most, -most, least, -least, 0.0F, -0.0F}));
  EXPECT_TRUE(all_finite({}));
}

// Method: one bad value at every place of vectors around the width of a lane block.
TEST(AllFinite, FindsOneBadValueAnywhere) {
  for (const std::size_t size : {1U, 15U, 16U, 17U, 40U}) {
    for (std::size_t place = 0; place < size; ++place) {
      for (const float bad : {kNan, -kNan, kInfinity, -kInfinity}) {
        std::vector<float> values(size, std::numeric_limits<float>::max());
        EXPECT_TRUE(all_finite(values));
        values[place] = bad;
        EXPECT_FALSE(all_finite(values)) << size << " " << place << " " << bad;
      }
    }
  }
}

}  // namespace
}  // namespace trainwreck
