// Method: three steps to warm up, on the largest batch that will come, then steps over batches of
// changing size with every call of malloc counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/metrics/metrics.h"
#include "engine/optimizers/optimizers.h"
#include "engine/schedules/schedules.h"
#include "tests/engine/model/small_models.h"
#include "tests/support/malloc_count.h"

namespace trainwreck {
namespace {

using testing::AllocationCount;
using ::testing::IsEmpty;
using testing::left_out;
using testing::Loop;
using testing::random_tensor;
using testing::stack;

struct Batches {
  Tensor large_x;
  Tensor large_y;
  Tensor small_x;
  Tensor small_y;
};

Batches batches(const Shape& large, const Shape& small, const Model& model) {
  const Shape& out = model.output_row();
  return {random_tensor(large, 1), random_tensor(out.with_rows(large[0]), 2, 0.1F, 0.9F),
          random_tensor(small, 3), random_tensor(out.with_rows(small[0]), 4, 0.1F, 0.9F)};
}

std::int64_t steady_allocations(Model& model, const Batches& data) {
  Loop loop(model);
  for (int i = 0; i < 3; ++i) loop.step(data.large_x, data.large_y);
  const AllocationCount count;
  for (int i = 0; i < 3; ++i) {
    loop.step(data.small_x, data.small_y);
    loop.step(data.large_x, data.large_y);
  }
  return count.so_far();
}

// Under a sanitizer, which has malloc to itself, the steps still ran for it to look at.
void expect_none(std::int64_t allocations) {
  if (!AllocationCount::works()) GTEST_SKIP() << "a sanitizer has malloc to itself";
  EXPECT_EQ(allocations, 0);
}

struct SteadyCase {
  const char* name;
  Shape large;
  Shape small;
  std::unique_ptr<Layer> (*make)();
};

const SteadyCase kSteadyLayers[] = {
    {"dense",
     {32, 20},
     {7, 20},
     [] { return layers::make_dense({.units = 16, .activation = Activation::relu, .l2 = 0.1F}); }},
    {"wide_dense",
     {256, 1500},
     {40, 1500},
     [] { return layers::make_dense({.units = 1000, .activation = Activation::softmax}); }},
    {"conv2d",
     {32, 28, 28, 3},
     {5, 28, 28, 3},
     [] {
       return layers::make_conv2d(
           {.filters = 16, .padding = layers::Padding::same, .activation = Activation::relu});
     }},
    {"flatten", {32, 4, 5}, {7, 4, 5}, [] { return layers::make_flatten(); }},
    {"lstm", {32, 12, 6}, {7, 5, 6}, [] { return layers::make_lstm({.units = 40}); }},
    {"dropout", {32, 21}, {7, 21}, [] { return layers::make_dropout({}); }},
    {"activation", {32, 20}, {7, 20}, [] { return layers::make_activation({Activation::tanh}); }},
};

class SteadyLayer : public ::testing::TestWithParam<SteadyCase> {};

TEST_P(SteadyLayer, AllocatesNothing) {
  const SteadyCase& layer = GetParam();
  Model model(stack(layers::make_dense({.units = layer.large.back()}), layer.make()), 1);
  model.compile(optimizers::make_sgd({.momentum = 0.9F}), losses::make_mse(), {});
  Shape row = layer.large.without_rows();
  if (row.rank() == 2 && layer.large[1] != layer.small[1]) row.set(0, Shape::kUnknown);
  model.build(row);
  expect_none(steady_allocations(model, batches(layer.large, layer.small, model)));
}

INSTANTIATE_TEST_SUITE_P(Every, SteadyLayer, ::testing::ValuesIn(kSteadyLayers),
                         [](const auto& test) { return std::string(test.param.name); });

struct OptimizerCase {
  const char* name;
  std::unique_ptr<Optimizer> (*make)();
};

const OptimizerCase kOptimizers[] = {
    {"sgd", [] { return optimizers::make_sgd(); }},
    {"nesterov",
     [] {
       return optimizers::make_sgd(
           {.momentum = 0.9F, .nesterov = true, .clipping = {.norm = 0.1F}});
     }},
    {"adam",
     [] { return optimizers::make_adam({.amsgrad = true, .clipping = {.global_norm = 0.1F}}); }},
    {"adam_with_schedule",
     [] {
       return optimizers::make_adam({.schedule = schedules::make_cosine_decay({.decay_steps = 4})});
     }},
    {"rmsprop",
     [] {
       return optimizers::make_rmsprop(
           {.momentum = 0.9F, .centered = true, .clipping = {.value = 0.1F}});
     }},
};

class SteadyOptimizer : public ::testing::TestWithParam<OptimizerCase> {};

TEST_P(SteadyOptimizer, AllocatesNothing) {
  Model model(stack(layers::make_dense({.units = 30}), layers::make_dense({.units = 4})), 1);
  model.compile(GetParam().make(), losses::make_mse(), {});
  model.build({50});
  expect_none(steady_allocations(model, batches({16, 50}, {3, 50}, model)));
}

INSTANTIATE_TEST_SUITE_P(Every, SteadyOptimizer, ::testing::ValuesIn(kOptimizers),
                         [](const auto& test) { return std::string(test.param.name); });

struct SteadyLossCase {
  const char* name;
  std::unique_ptr<Loss> (*make)();
  bool class_numbers;
};

const SteadyLossCase kSteadyLosses[] = {
    {"mse", &losses::make_mse, false},
    {"mae", &losses::make_mae, false},
    {"huber", [] { return losses::make_huber(); }, false},
    {"binary_crossentropy", [] { return losses::make_binary_crossentropy(); }, false},
    {"categorical_crossentropy", [] { return losses::make_categorical_crossentropy(); }, false},
    {"sparse_categorical_crossentropy",
     [] { return losses::make_sparse_categorical_crossentropy(); }, true},
    {"hinge", &losses::make_hinge, false},
    {"poisson", &losses::make_poisson, false},
    {"kl_divergence", &losses::make_kl_divergence, false},
    {"cosine_similarity", &losses::make_cosine_similarity, false},
};

class SteadyLoss : public ::testing::TestWithParam<SteadyLossCase> {};

TEST_P(SteadyLoss, AllocatesNothing) {
  Model model(stack(layers::make_dense({.units = 4, .activation = Activation::softmax})), 1);
  model.compile(optimizers::make_sgd(), GetParam().make(), {});
  model.build({10});
  Batches data = batches({16, 10}, {3, 10}, model);
  if (GetParam().class_numbers) {
    data.large_y = Tensor({16}, 2.0F);
    data.small_y = Tensor({3}, 1.0F);
  }
  expect_none(steady_allocations(model, data));
}

INSTANTIATE_TEST_SUITE_P(Every, SteadyLoss, ::testing::ValuesIn(kSteadyLosses),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(SteadyTables, LeaveNoLayerOptimizerOrLossOut) {
  EXPECT_THAT(left_out(builtin_layers(), kSteadyLayers), IsEmpty());
  EXPECT_THAT(left_out(builtin_optimizers(), kOptimizers), IsEmpty());
  EXPECT_THAT(left_out(builtin_losses(), kSteadyLosses), IsEmpty());
}

TEST(SteadyMetrics, AllocateNothing) {
  std::vector<std::unique_ptr<Metric>> all;
  all.push_back(metrics::make_accuracy());
  all.push_back(metrics::make_binary_accuracy());
  all.push_back(metrics::make_categorical_accuracy());
  all.push_back(metrics::make_mae());
  all.push_back(metrics::make_mse());
  all.push_back(metrics::make_mean());
  all.push_back(metrics::make_f1({.average = metrics::F1Average::macro}));
  const Tensor prediction = random_tensor({16, 3}, 1);
  const Tensor labels = random_tensor({16, 3}, 2);
  const auto sparse = metrics::make_sparse_categorical_accuracy();
  const Tensor numbers({16}, 1.0F);
  const auto update = [&] {
    for (const auto& metric : all) metric->update(prediction, labels, nullptr);
    sparse->update(prediction, numbers, nullptr);
  };
  update();
  const AllocationCount count;
  update();
  expect_none(count.so_far());
}

TEST(SteadyBroadcast, AllocatesNothing) {
  const auto loss = losses::make_mse();
  LossEvaluator evaluator;
  const Tensor prediction = random_tensor({16, 1}, 1);
  const Tensor labels = random_tensor({16, 5}, 2);
  Tensor gradient;
  const auto compute = [&] {
    evaluator.compute(*loss, LabelShapes::broadcast, prediction, labels, nullptr, &gradient);
  };
  compute();
  const AllocationCount count;
  compute();
  expect_none(count.so_far());
}

}  // namespace
}  // namespace trainwreck
