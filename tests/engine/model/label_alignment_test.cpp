#include "engine/model/label_alignment.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/base/errors.h"
#include "engine/losses/losses.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

constexpr LabelShapes kBoth[] = {LabelShapes::broadcast, LabelShapes::strict};

float loss_of(Loss& loss, LabelShapes choice, const Tensor& prediction, const Tensor& labels,
              const Tensor* weights = nullptr, Tensor* gradient = nullptr) {
  LossEvaluator evaluator;
  return evaluator.compute(loss, choice, prediction, labels, weights, gradient);
}

std::string shape_error(Loss& loss, LabelShapes choice, const Shape& prediction,
                        const Shape& labels) {
  return error_of<ShapeError>([&] { loss_of(loss, choice, Tensor(prediction), Tensor(labels)); });
}

TEST(BroadcastShape, MatchesAxesFromTheLast) {
  EXPECT_EQ(broadcast_shape({32, 1}, {32, 5}), (Shape{32, 5}));
  EXPECT_EQ(broadcast_shape({32, 1}, {4}), (Shape{32, 4}));
  EXPECT_EQ(broadcast_shape({2, 1, 3}, {5, 1}), (Shape{2, 5, 3}));
  EXPECT_EQ(broadcast_shape({4, 1}, Shape{}), (Shape{4, 1}));
  EXPECT_EQ(broadcast_shape({32, 2}, {32, 3}), std::nullopt);
  EXPECT_EQ(broadcast_shape({32, 1}, {16, 1}), std::nullopt);
}

TEST(BroadcastShape, ExpandingRepeatsAndReducingAddsUp) {
  const Tensor row({1, 3}, {1, 2, 3});
  Tensor whole;
  expand_to(row, {2, 3}, whole);
  EXPECT_EQ(whole, Tensor({2, 3}, {1, 2, 3, 1, 2, 3}));
  const Tensor column({2, 1}, {1, 2});
  expand_to(column, {2, 2, 3}, whole);
  EXPECT_EQ(whole, Tensor({2, 2, 3}, {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2}));
  Tensor back({2, 1});
  reduce_to(Tensor({2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}), back);
  EXPECT_EQ(back, Tensor({2, 1}, {1 + 2 + 3 + 7 + 8 + 9, 4 + 5 + 6 + 10 + 11 + 12}));
}

TEST(LabelAlignment, OneSizeOneAxisMoreOrLessIsTheSameEverywhere) {
  const auto loss = losses::make_mse();
  const Tensor prediction({4, 1}, {1, 2, 3, 4});
  for (const LabelShapes choice : kBoth) {
    for (const Shape& shape : {Shape{4}, Shape{4, 1}, Shape{4, 1, 1}}) {
      Tensor gradient;
      EXPECT_EQ(loss_of(*loss, choice, prediction, Tensor(shape, {1, 2, 3, 6}), nullptr, &gradient),
                1.0F);
      EXPECT_EQ(gradient, Tensor({4, 1}, {0, 0, 0, -1}));
    }
    EXPECT_EQ(loss_of(*loss, choice, Tensor({4}, {1, 2, 3, 4}), Tensor({4, 1}, {1, 2, 3, 6})),
              1.0F);
  }
}

TEST(LabelAlignment, StrictRefusesEveryOtherShape) {
  const auto loss = losses::make_mse();
  EXPECT_EQ(shape_error(*loss, LabelShapes::strict, {32, 1}, {32, 2}),
            "loss \"mse\": expected labels of shape (32, 1), got (32, 2)");
  EXPECT_EQ(shape_error(*loss, LabelShapes::strict, {32, 1}, {}),
            "loss \"mse\": expected labels of shape (32, 1), got ()");
  EXPECT_EQ(shape_error(*loss, LabelShapes::strict, {1, 1}, {32, 1}),
            "loss \"mse\": expected labels of shape (1, 1), got (32, 1)");
  EXPECT_EQ(shape_error(*loss, LabelShapes::strict, {32, 5}, {32}),
            "loss \"mse\": expected labels of shape (32, 5), got (32,)");
}

// Labels of two columns against predictions of one: the mean over all four differences.
TEST(LabelAlignment, BroadcastTakesTheMeanOverAllElements) {
  const auto loss = losses::make_mse();
  const Tensor prediction({2, 1}, {1, 2});
  const Tensor labels({2, 2}, {1, 3, 2, 6});
  Tensor gradient;
  // Differences 0, -2, 0, -4: squares 4 + 16, over 4.
  EXPECT_EQ(loss_of(*loss, LabelShapes::broadcast, prediction, labels, nullptr, &gradient), 5.0F);
  // 2 * difference / 4, added up over the columns.
  EXPECT_EQ(gradient, Tensor({2, 1}, {-1, -2}));
}

TEST(LabelAlignment, BroadcastTakesSingleLabelsAndSingleRows) {
  const auto loss = losses::make_mae();
  Tensor gradient;
  EXPECT_EQ(loss_of(*loss, LabelShapes::broadcast, Tensor({2, 1}, {1, 4}), Tensor({}, 2), nullptr,
                    &gradient),
            1.5F);
  EXPECT_EQ(gradient, Tensor({2, 1}, {-0.5F, 0.5F}));
  EXPECT_EQ(loss_of(*loss, LabelShapes::broadcast, Tensor({1, 1}, 1), Tensor({4, 1}, {2, 3, 4, 5}),
                    nullptr, &gradient),
            2.5F);
  EXPECT_EQ(gradient, Tensor({1, 1}, -1));
}

TEST(LabelAlignment, BroadcastWeighsRows) {
  const auto loss = losses::make_mae();
  const Tensor weights({2}, {1, 3});
  EXPECT_EQ(loss_of(*loss, LabelShapes::broadcast, Tensor({2, 1}, {0, 0}),
                    Tensor({2, 2}, {1, 1, 2, 2}), &weights),
            3.5F);
  const Tensor one({1}, 2);
  EXPECT_EQ(loss_of(*loss, LabelShapes::broadcast, Tensor({1, 1}, 0), Tensor({2, 1}, {1, 3}), &one),
            4.0F);
}

TEST(LabelAlignment, BroadcastRefusesWhatDoesNotFit) {
  const auto loss = losses::make_mse();
  EXPECT_EQ(shape_error(*loss, LabelShapes::broadcast, {32, 2}, {32, 3}),
            "loss \"mse\": labels of shape (32, 3) do not broadcast against predictions of shape "
            "(32, 2)");
  EXPECT_EQ(shape_error(*loss, LabelShapes::broadcast, {32, 1}, {16, 1}),
            "loss \"mse\": labels of shape (16, 1) do not broadcast against predictions of shape "
            "(32, 1)");
}

TEST(LabelAlignment, CrossentropiesNeverBroadcast) {
  const auto binary = losses::make_binary_crossentropy();
  const auto categorical = losses::make_categorical_crossentropy();
  for (const LabelShapes choice : kBoth) {
    EXPECT_EQ(shape_error(*binary, choice, {32, 1}, {32, 2}),
              "loss \"binary_crossentropy\": expected labels of shape (32, 1), got (32, 2)");
    EXPECT_EQ(shape_error(*categorical, choice, {32, 3}, {32, 1}),
              "loss \"categorical_crossentropy\": expected labels of shape (32, 3), got (32, 1)");
  }
}

TEST(LabelAlignment, ClassNumbersAreOneForEachLine) {
  const auto loss = losses::make_sparse_categorical_crossentropy();
  for (const LabelShapes choice : kBoth) {
    const Tensor prediction({2, 2}, {0.5F, 0.5F, 0.5F, 0.5F});
    for (const Shape& shape : {Shape{2}, Shape{2, 1}}) {
      EXPECT_NEAR(loss_of(*loss, choice, prediction, Tensor(shape, {0, 1})), std::log(2.0F), 1e-6F);
    }
    EXPECT_EQ(shape_error(*loss, choice, {32, 10}, {32, 2}),
              "loss \"sparse_categorical_crossentropy\": expected labels of shape (32,), got "
              "(32, 2)");
    EXPECT_EQ(
        shape_error(*loss, choice, {32, 10}, {31}),
        "loss \"sparse_categorical_crossentropy\": expected labels of shape (32,), got (31,)");
  }
}

TEST(LabelAlignment, WeightsAreOneForEachRow) {
  const auto loss = losses::make_mse();
  const Tensor weights({3}, 1.0F);
  EXPECT_EQ(error_of<ShapeError>([&] {
              loss_of(*loss, LabelShapes::strict, Tensor({2, 1}), Tensor({2, 1}), &weights);
            }),
            "loss \"mse\": expected sample weights of shape (2,), got (3,)");
  const Tensor column({2, 1}, {1, 1});
  EXPECT_EQ(loss_of(*loss, LabelShapes::strict, Tensor({2, 1}), Tensor({2, 1}), &column), 0.0F);
}

}  // namespace
}  // namespace trainwreck
