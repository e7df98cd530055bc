// Training really learns: three problems that need what they are named for, each with data of its
// own making.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/metrics/metrics.h"
#include "engine/optimizers/optimizers.h"
#include "tests/engine/model/small_models.h"

namespace trainwreck {
namespace {

using testing::Loop;
using testing::stack;

struct Data {
  Tensor x;
  Tensor y;
};

double score(Model& model, Metric& metric, const Data& data) {
  metric.reset();
  metric.update(model.forward(data.x, {}), data.y, nullptr);
  return metric.result();
}

// Two arms of points, wound around each other one and three quarter times.
Data two_spirals(std::int64_t points) {
  Data data{Tensor({points, 2}), Tensor({points, 1})};
  for (std::int64_t i = 0; i < points; ++i) {
    const std::int64_t pair = i / 2;
    const double along = static_cast<double>(2 * pair) / static_cast<double>(points);
    const double angle = (0.25 + 3.5 * along) * std::numbers::pi;
    const double side = i % 2 == 0 ? 1.0 : -1.0;
    data.x[2 * i] = static_cast<float>(side * (0.1 + 0.9 * along) * std::cos(angle));
    data.x[2 * i + 1] = static_cast<float>(side * (0.1 + 0.9 * along) * std::sin(angle));
    data.y[i] = i % 2 == 0 ? 1.0F : 0.0F;
  }
  return data;
}

TEST(Learning, DenseLayersTellTwoSpiralsApart) {
  const Data data = two_spirals(200);
  Model model(stack(layers::make_dense({.units = 32, .activation = Activation::tanh}),
                    layers::make_dense({.units = 32, .activation = Activation::tanh}),
                    layers::make_dense({.units = 1, .activation = Activation::sigmoid})),
              1);
  model.build({2});
  model.compile(optimizers::make_adam({.learning_rate = 0.02F}), losses::make_binary_crossentropy(),
                {});
  const auto accuracy = metrics::make_accuracy();
  EXPECT_LT(score(model, *accuracy, data), 0.8);
  Loop loop(model);
  for (int step = 0; step < 800; ++step) loop.step(data.x, data.y);
  EXPECT_GE(score(model, *accuracy, data), 0.99);
}

// Seven-segment digits of 5 x 9 pixels, somewhere in an image of 7 x 11, with noise of a fifth of
// the light.
constexpr std::int64_t kHeight = 11;
constexpr std::int64_t kWidth = 7;

bool lit(std::int64_t digit, std::int64_t y, std::int64_t x) {
  // Segments as bits: top, upper left, upper right, middle, lower left, lower right, bottom.
  constexpr std::array<unsigned, 10> kSegments = {0b1110111, 0b0100100, 0b1011101, 0b1101101,
                                                  0b0101110, 0b1101011, 0b1111011, 0b0100101,
                                                  0b1111111, 0b1101111};
  if (y < 0 || y > 8 || x < 0 || x > 4) return false;
  const auto on = [&](int segment) {
    return (kSegments[static_cast<std::size_t>(digit)] >> segment & 1U) != 0;
  };
  if (y == 0 && on(0)) return true;
  if (y == 4 && on(3)) return true;
  if (y == 8 && on(6)) return true;
  if (x == 0 && ((y < 5 && on(1)) || (y > 3 && on(4)))) return true;
  return x == 4 && ((y < 5 && on(2)) || (y > 3 && on(5)));
}

Data digits(std::int64_t count, std::uint64_t seed) {
  Data data{Tensor({count, kHeight, kWidth, 1}), Tensor({count})};
  for (std::int64_t i = 0; i < count; ++i) {
    const Random random(seed, Purpose::synthetic_data, 0, i);
    const auto digit = static_cast<std::int64_t>(random.below(1'000'000, 10));
    const auto top = static_cast<std::int64_t>(random.below(1'000'001, kHeight - 8));
    const auto left = static_cast<std::int64_t>(random.below(1'000'002, kWidth - 4));
    for (std::int64_t p = 0; p < kHeight * kWidth; ++p) {
      const bool on = lit(digit, p / kWidth - top, p % kWidth - left);
      data.x[i * kHeight * kWidth + p] =
          (on ? 1.0F : 0.0F) + 0.2F * random.normal(static_cast<std::uint64_t>(p));
    }
    data.y[i] = static_cast<float>(digit);
  }
  return data;
}

TEST(Learning, ConvolutionsReadNoisyDigits) {
  Model model(
      stack(layers::make_conv2d({.filters = 8, .activation = Activation::relu}),
            layers::make_conv2d({.filters = 16, .strides = {2, 2}, .activation = Activation::relu}),
            layers::make_flatten(),
            layers::make_dense({.units = 10, .activation = Activation::softmax})),
      1);
  model.build({kHeight, kWidth, 1});
  model.compile(optimizers::make_adam({.learning_rate = 0.005F}),
                losses::make_sparse_categorical_crossentropy(), {});
  Loop loop(model);
  for (std::uint64_t step = 0; step < 700; ++step) {
    const Data batch = digits(32, 100 + step);
    loop.step(batch.x, batch.y);
  }
  const auto accuracy = metrics::make_accuracy();
  EXPECT_GE(score(model, *accuracy, digits(1000, 1)), 0.98);
}

// Two of the numbers in a sequence are marked; their sum is asked for. Who remembers nothing can
// only say 1 each time, and is off by 1/6 on average (squared).
Data marked_sums(std::int64_t count, std::int64_t time, std::uint64_t seed) {
  Data data{Tensor({count, time, 2}), Tensor({count, 1})};
  for (std::int64_t i = 0; i < count; ++i) {
    const Random random(seed, Purpose::synthetic_data, 1, i);
    const auto half = static_cast<std::uint64_t>(time / 2);
    const auto first = static_cast<std::int64_t>(random.below(1'000'000, half));
    const auto second = static_cast<std::int64_t>(half + random.below(1'000'001, half));
    for (std::int64_t t = 0; t < time; ++t) {
      data.x[(i * time + t) * 2] = random.uniform(static_cast<std::uint64_t>(t));
    }
    for (const std::int64_t t : {first, second}) {
      data.x[(i * time + t) * 2 + 1] = 1.0F;
      data.y[i] += data.x[(i * time + t) * 2];
    }
  }
  return data;
}

TEST(Learning, LstmRemembersTheMarkedNumbers) {
  Model model(stack(layers::make_lstm({.units = 16}), layers::make_dense({.units = 1})), 1);
  model.build({Shape::kUnknown, 2});
  model.compile(optimizers::make_adam({.learning_rate = 0.01F}), losses::make_mse(), {});
  Loop loop(model);
  for (std::uint64_t step = 0; step < 800; ++step) {
    const Data batch = marked_sums(32, 20, 100 + step);
    loop.step(batch.x, batch.y);
  }
  const auto error = metrics::make_mse();
  EXPECT_LT(score(model, *error, marked_sums(500, 20, 1)), 0.02);
}

}  // namespace
}  // namespace trainwreck
