#include "engine/losses/losses.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/base/errors.h"
#include "tests/engine/model/part_builder.h"
#include "tests/engine/model/small_models.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using testing::PartBuilder;
using testing::random_tensor;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

float value(Loss& loss, const Tensor& prediction, const Tensor& labels,
            const Tensor* weights = nullptr) {
  return loss.compute(prediction, labels, weights, nullptr);
}

Tensor gradient(Loss& loss, const Tensor& prediction, const Tensor& labels) {
  Tensor result;
  loss.compute(prediction, labels, nullptr, &result);
  return result;
}

TEST(Mse, IsTheMeanOfTheSquares) {
  const auto loss = losses::make_mse();
  const Tensor prediction({2, 2}, {1, 2, 3, 4});
  const Tensor labels({2, 2}, {1, 0, 6, 4});
  EXPECT_EQ(value(*loss, prediction, labels), (0.0F + 4.0F + 9.0F + 0.0F) / 4.0F);
  EXPECT_EQ(gradient(*loss, prediction, labels), Tensor({2, 2}, {0, 1, -1.5F, 0}));
}

TEST(Mse, DividesWeightedRowsByTheirNumberNotByTheWeights) {
  const auto loss = losses::make_mse();
  const Tensor weights({2}, {1, 3});
  // Rows are off by 2 and by 4 (squared, mean over columns): (1 * 2 + 3 * 4) / 2.
  EXPECT_EQ(value(*loss, Tensor({2, 2}), Tensor({2, 2}, {2, 0, 2, 2}), &weights), 7.0F);
}

TEST(Mse, IsExactOverManyElements) {
  const auto loss = losses::make_mse();
  const Tensor prediction({100, 100}, 0.1F);
  EXPECT_NEAR(value(*loss, prediction, Tensor({100, 100})), 0.01F, 1e-8F);
}

TEST(Mae, IsTheMeanOfTheDistances) {
  const auto loss = losses::make_mae();
  const Tensor prediction({3, 1}, {1, 2, 3});
  const Tensor labels({3, 1}, {1, 0, 7});
  EXPECT_EQ(value(*loss, prediction, labels), 2.0F);
  EXPECT_EQ(gradient(*loss, prediction, labels), Tensor({3, 1}, {0, 1.0F / 3.0F, -1.0F / 3.0F}));
}

TEST(Huber, IsASquareNearbyAndADistanceFarAway) {
  const auto loss = losses::make_huber({.delta = 2.0F});
  const Tensor prediction({2, 1}, {1, -5});
  const Tensor labels({2, 1});
  // 0.5 * 1 and 2 * 5 - 0.5 * 4.
  EXPECT_EQ(value(*loss, prediction, labels), (0.5F + 8.0F) / 2.0F);
  EXPECT_EQ(gradient(*loss, prediction, labels), Tensor({2, 1}, {0.5F, -1.0F}));
}

TEST(Poisson, IsTheRateLessTheCountTimesItsLogarithm) {
  const auto loss = losses::make_poisson();
  const Tensor prediction({2, 1}, {1, 4});
  const Tensor labels({2, 1}, {3, 2});
  EXPECT_NEAR(value(*loss, prediction, labels), (1.0F + 4.0F - 2.0F * std::log(4.0F)) / 2.0F,
              1e-6F);
  EXPECT_NEAR(gradient(*loss, prediction, labels)[1], 0.25F, 1e-6F);
}

TEST(Hinge, IsWhatLacksToOneBeyondTheBorder) {
  const auto loss = losses::make_hinge();
  const Tensor prediction({3, 1}, {2, 0.5F, -1});
  EXPECT_EQ(value(*loss, prediction, Tensor({3, 1}, {1, 1, 1})), (0.0F + 0.5F + 2.0F) / 3.0F);
  EXPECT_EQ(value(*loss, prediction, Tensor({3, 1}, {-1, 1, 1})), (3.0F + 0.5F + 2.0F) / 3.0F);
}

TEST(Hinge, TakesZerosAndOnesForTheTwoSides) {
  const auto loss = losses::make_hinge();
  const Tensor prediction({2, 1}, {2, 0.5F});
  EXPECT_EQ(value(*loss, prediction, Tensor({2, 1}, {0, 1})),
            value(*loss, prediction, Tensor({2, 1}, {-1, 1})));
  // A third label: they are numbers then.
  EXPECT_EQ(value(*loss, prediction, Tensor({2, 1}, {0, 2})), (1.0F + 0.0F) / 2.0F);
}

TEST(KlDivergence, IsTheSumOverClassesPerLine) {
  const auto loss = losses::make_kl_divergence();
  const Tensor prediction({1, 2}, {0.25F, 0.75F});
  const Tensor labels({1, 2}, {0.5F, 0.5F});
  EXPECT_NEAR(value(*loss, prediction, labels),
              0.5F * std::log(2.0F) + 0.5F * std::log(2.0F / 3.0F), 1e-6F);
  EXPECT_NEAR(value(*loss, labels, labels), 0.0F, 1e-6F);
  EXPECT_EQ(gradient(*loss, Tensor({1, 2}, {0, 2}), labels), Tensor({1, 2}, {0, 0}));
}

TEST(CosineSimilarity, IsMinusTheCosine) {
  const auto loss = losses::make_cosine_similarity();
  EXPECT_NEAR(value(*loss, Tensor({1, 2}, {3, 0}), Tensor({1, 2}, {2, 2})), -std::sqrt(0.5F),
              1e-6F);
  EXPECT_EQ(value(*loss, Tensor({2, 1}, {-3, 5}), Tensor({2, 1}, {1, 1})), 0.0F);
  EXPECT_EQ(value(*loss, Tensor({1, 2}, {3, 0}), Tensor({1, 2}, {0, 0})), 0.0F);
}

TEST(BinaryCrossentropy, IsTheMeanOfTheSurprises) {
  const auto loss = losses::make_binary_crossentropy();
  const Tensor prediction({1, 2}, {0.25F, 0.5F});
  const Tensor labels({1, 2}, {0, 1});
  EXPECT_NEAR(value(*loss, prediction, labels), -(std::log(0.75F) + std::log(0.5F)) / 2.0F, 1e-6F);
}

TEST(BinaryCrossentropy, SmoothsLabels) {
  const auto loss = losses::make_binary_crossentropy({.label_smoothing = 0.5F});
  // The label 1 becomes 0.75.
  EXPECT_NEAR(value(*loss, Tensor({1, 1}, 0.25F), Tensor({1, 1}, 1)),
              -(0.75F * std::log(0.25F) + 0.25F * std::log(0.75F)), 1e-6F);
}

TEST(BinaryCrossentropy, OfLogitsIsThatOfTheirSigmoids) {
  const auto of_logits = losses::make_binary_crossentropy({.from_logits = true});
  const auto of_shares = losses::make_binary_crossentropy();
  for (const float logit : {-3.0F, -0.5F, 0.0F, 2.0F}) {
    const float share = 1.0F / (1.0F + std::exp(-logit));
    EXPECT_NEAR(value(*of_logits, Tensor({1, 1}, logit), Tensor({1, 1}, 1)),
                value(*of_shares, Tensor({1, 1}, share), Tensor({1, 1}, 1)), 1e-5F);
  }
  EXPECT_EQ(value(*of_logits, Tensor({1, 1}, -500), Tensor({1, 1}, 1)), 500.0F);
}

TEST(CategoricalCrossentropy, IsTheSurpriseAtTheRightClass) {
  const auto loss = losses::make_categorical_crossentropy();
  const Tensor prediction({2, 2}, {0.25F, 0.75F, 0.5F, 0.5F});
  const Tensor labels({2, 2}, {1, 0, 0, 1});
  EXPECT_NEAR(value(*loss, prediction, labels), -(std::log(0.25F) + std::log(0.5F)) / 2.0F, 1e-6F);
}

TEST(CategoricalCrossentropy, TakesPredictionsForShares) {
  const auto loss = losses::make_categorical_crossentropy();
  EXPECT_NEAR(value(*loss, Tensor({1, 2}, {1, 3}), Tensor({1, 2}, {1, 0})), std::log(4.0F), 1e-6F);
}

TEST(CategoricalCrossentropy, SmoothsLabels) {
  const auto loss = losses::make_categorical_crossentropy({.label_smoothing = 0.2F});
  EXPECT_NEAR(value(*loss, Tensor({1, 2}, {0.25F, 0.75F}), Tensor({1, 2}, {1, 0})),
              -(0.9F * std::log(0.25F) + 0.1F * std::log(0.75F)), 1e-6F);
}

TEST(SparseCategoricalCrossentropy, IsTheCategoricalOneOfClassNumbers) {
  const Tensor prediction = random_tensor({4, 3}, 1, 0.1F, 1.0F);
  const Tensor numbers({4}, {2, 0, 1, 2});
  const Tensor one_hot({4, 3}, {0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1});
  for (const bool logits : {false, true}) {
    const auto sparse = losses::make_sparse_categorical_crossentropy({.from_logits = logits});
    const auto dense = losses::make_categorical_crossentropy({.from_logits = logits});
    EXPECT_NEAR(value(*sparse, prediction, numbers), value(*dense, prediction, one_hot), 1e-6F);
    const Tensor a = gradient(*sparse, prediction, numbers);
    const Tensor b = gradient(*dense, prediction, one_hot);
    for (std::int64_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-6F);
  }
}

TEST(SparseCategoricalCrossentropy, CountsEveryTimeOfASequence) {
  const auto loss = losses::make_sparse_categorical_crossentropy();
  const Tensor prediction({1, 2, 2}, {0.25F, 0.75F, 0.5F, 0.5F});
  const Tensor weights({1}, 2);
  const float expected = -(std::log(0.25F) + std::log(0.5F)) / 2.0F;
  EXPECT_NEAR(value(*loss, prediction, Tensor({1, 2}, {0, 1})), expected, 1e-6F);
  EXPECT_NEAR(value(*loss, prediction, Tensor({1, 2}, {0, 1}), &weights), 2.0F * expected, 1e-6F);
}

TEST(SparseCategoricalCrossentropy, RefusesWhatIsNoClass) {
  const auto loss = losses::make_sparse_categorical_crossentropy();
  const auto message = [&](float label) {
    return error_of<BadBatch>([&] {
      value(*loss, Tensor({2, 10}, 0.1F), Tensor({2}, {0, label}));
    });
  };
  const std::string start = "loss \"sparse_categorical_crossentropy\": label ";
  const std::string end = " at position 1 is not one of the classes 0 to 9";
  EXPECT_EQ(message(10), start + "10" + end);
  EXPECT_EQ(message(-1), start + "-1" + end);
  EXPECT_EQ(message(1.5F), start + "1.5" + end);
  EXPECT_EQ(message(kNan), start + "nan" + end);
}

// As in Keras: what lies outside of [1e-7, 1 - 1e-7] counts as the bound and has no slope.
TEST(Crossentropies, KeepAwayFromZeroAndOne) {
  const float worst = -std::log(1e-7F);
  const auto binary = losses::make_binary_crossentropy();
  EXPECT_NEAR(value(*binary, Tensor({1, 1}, 0), Tensor({1, 1}, 1)), worst, 1e-5F);
  EXPECT_EQ(gradient(*binary, Tensor({1, 1}, 0), Tensor({1, 1}, 1))[0], 0.0F);
  const auto categorical = losses::make_categorical_crossentropy();
  EXPECT_NEAR(value(*categorical, Tensor({1, 2}, {0, 1}), Tensor({1, 2}, {1, 0})), worst, 1e-5F);
  EXPECT_EQ(gradient(*categorical, Tensor({1, 2}, {0, 1}), Tensor({1, 2}, {1, 0})),
            Tensor({1, 2}, {0, 0}));
  const auto sparse = losses::make_sparse_categorical_crossentropy();
  EXPECT_NEAR(value(*sparse, Tensor({1, 2}, {0, 1}), Tensor({1}, 0)), worst, 1e-5F);
}

TEST(Crossentropies, NeedAnAxisOfClasses) {
  const auto categorical = losses::make_categorical_crossentropy();
  EXPECT_EQ(error_of<ShapeError>([&] { value(*categorical, Tensor({4}), Tensor({4})); }),
            "loss \"categorical_crossentropy\": expected predictions of shape (None, classes), got "
            "(4,)");
}

TEST(Losses, OfANaNAreNaN) {
  PartBuilder builder;
  for (const auto& entry : builtin_losses()) {
    const std::string name(entry.name);
    const bool logits_too = name.find("crossentropy") != std::string::npos;
    for (const bool logits : {false, true}) {
      if (logits && !logits_too) continue;
      const auto loss =
          builder.build(builtin_losses(),
                        R"({"kind": ")" + name + (logits ? R"(", "from_logits": true})" : "\"}"));
      ASSERT_TRUE(loss) << builder.complaints();
      for (std::int64_t place = 0; place < 20; ++place) {
        Tensor prediction({1, 20}, 0.05F);
        prediction[place] = kNan;
        const bool numbers = loss->label_form() == LabelForm::class_index;
        const Tensor labels = numbers ? Tensor({1}, 3.0F) : Tensor({1, 20}, 0.0F);
        EXPECT_TRUE(std::isnan(value(*loss, prediction, labels))) << name << " at " << place;
      }
    }
  }
}

TEST(Losses, OfNothingAreNaN) {
  const auto loss = losses::make_mse();
  EXPECT_TRUE(std::isnan(value(*loss, Tensor({0, 2}), Tensor({0, 2}))));
}

TEST(Losses, AreBuiltByName) {
  PartBuilder builder;
  for (const char* name :
       {"mse", "mae", "huber", "poisson", "hinge", "kl_divergence", "cosine_similarity",
        "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"}) {
    const auto loss = builder.build(builtin_losses(), '"' + std::string(name) + '"');
    ASSERT_TRUE(loss) << builder.complaints();
    EXPECT_EQ(loss->kind(), name);
  }
  const auto huber = builder.build(builtin_losses(), R"({"kind": "huber", "delta": 2})");
  EXPECT_EQ(value(*huber, Tensor({1, 1}, 5), Tensor({1, 1})), 8.0F);
  const auto smooth =
      builder.build(builtin_losses(), R"({"kind": "binary_crossentropy", "label_smoothing": 1})");
  EXPECT_NEAR(value(*smooth, Tensor({1, 1}, 0.5F), Tensor({1, 1}, 1)), std::log(2.0F), 1e-6F);
  EXPECT_FALSE(builder.build(builtin_losses(), R"({"kind": "huber", "delta": -1})"));
  EXPECT_EQ(builder.complaints(), "/delta must be at least 0, got -1");
}

}  // namespace
}  // namespace trainwreck
