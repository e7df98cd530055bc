#include "engine/checkpoint/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using testing::error_of;
using testing::small_model;

std::unique_ptr<Model> two_layers(std::int64_t width, std::unique_ptr<Optimizer> optimizer) {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = width}));
  layers.push_back(layers::make_dense({.units = 1, .use_bias = false}));
  auto model = std::make_unique<Model>(std::move(layers), 7);
  model->compile(std::move(optimizer), losses::make_mse(), {});
  return model;
}

// Some steps with made-up gradients, so that the optimizer has a state.
void train(Model& model, int steps) {
  for (int step = 0; step < steps; ++step) {
    float value = 0.5F;
    for (float& gradient : model.parameters().gradients()) gradient = value += 0.25F;
    model.optimizer().step(model.parameters());
  }
}

std::vector<float> weights_of(const Model& model) {
  return {model.parameters().values().begin(), model.parameters().values().end()};
}

TEST(Checkpoint, RestoredModelGoesOnBitForBit) {
  const auto first = two_layers(3, optimizers::make_adam());
  first->build({2});
  train(*first, 5);
  const Checkpoint checkpoint = capture_model(*first);
  const auto second = two_layers(3, optimizers::make_adam());
  second->build({2});
  restore_model(checkpoint, *second);
  EXPECT_EQ(weights_of(*second), weights_of(*first));
  EXPECT_EQ(second->optimizer().iterations(), 5);
  train(*first, 4);
  train(*second, 4);
  EXPECT_EQ(weights_of(*second), weights_of(*first));
}

TEST(Checkpoint, BuildsAModelThatIsNotBuilt) {
  const auto first = two_layers(3, optimizers::make_adam());
  first->build({2});
  train(*first, 1);
  const auto second = two_layers(3, optimizers::make_adam());
  restore_model(capture_model(*first), *second);
  EXPECT_EQ(second->input_row(), Shape({2}));
  EXPECT_EQ(weights_of(*second), weights_of(*first));
}

TEST(Checkpoint, TakesTheLearningRateOver) {
  const auto first = small_model();
  first->optimizer().set_learning_rate(0.025F);
  const auto second = small_model();
  restore_model(capture_model(*first), *second);
  EXPECT_EQ(second->optimizer().learning_rate(), 0.025F);
}

TEST(Checkpoint, OtherModelIsRefusedWithEveryDifferenceAndLeftAlone) {
  const auto first = two_layers(3, optimizers::make_sgd());
  first->build({2});
  const auto second = small_model(5);
  const std::vector<float> before = weights_of(*second);
  EXPECT_EQ(error_of<ValueError>([&] { restore_model(capture_model(*first), *second); }),
            "the checkpoint is of another model: dense/kernel is (2, 3), the model's is (5, 1); "
            "dense/bias is (3,), the model's is (1,); dense_1/kernel is not in the model; the "
            "optimizer's slots are [], the model's are [momentum]");
  EXPECT_EQ(weights_of(*second), before);
}

TEST(Checkpoint, ParameterThatTheFileLacksIsADifference) {
  const auto model = small_model();
  Checkpoint checkpoint = capture_model(*model);
  checkpoint.weights.pop_back();
  EXPECT_EQ(error_of<ValueError>([&] { restore_model(checkpoint, *model); }),
            "the checkpoint is of another model: dense/bias is missing");
}

TEST(Checkpoint, OtherOptimizerIsRefused) {
  const auto first = two_layers(3, optimizers::make_adam());
  first->build({2});
  const auto second = two_layers(3, optimizers::make_rmsprop());
  second->build({2});
  EXPECT_EQ(error_of<ValueError>([&] { restore_model(capture_model(*first), *second); }),
            "the checkpoint is of another model: the optimizer is adam, the model's is rmsprop");
}

TEST(Checkpoint, OrderOfParametersDoesNotMatter) {
  const auto first = small_model(2);
  train(*first, 2);
  Checkpoint checkpoint = capture_model(*first);
  // As a file sorts them: bias before kernel, slots alike.
  std::swap(checkpoint.weights[0], checkpoint.weights[1]);
  Floats& values = checkpoint.optimizer->slots[0].values;
  std::vector<float> slot(values.begin(), values.end());
  std::rotate(slot.begin(), slot.begin() + 2, slot.end());
  values = slot;
  const auto second = small_model(2);
  restore_model(checkpoint, *second);
  train(*first, 1);
  train(*second, 1);
  EXPECT_EQ(weights_of(*second), weights_of(*first));
}

TEST(Checkpoint, ModelThatIsNotCompiledHasWeightsAlone) {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = 1}));
  Model model(std::move(layers), 1);
  EXPECT_THROW(capture_model(model), StateError);
  restore_model(capture_model(*small_model()), model);
  EXPECT_EQ(capture_model(model).optimizer.has_value(), false);
  EXPECT_EQ(bytes_to_capture(model), 8);
}

TEST(Checkpoint, SaysWhichParameterIsNotFinite) {
  const auto model = small_model();
  EXPECT_EQ(non_finite_parameter(capture_model(*model)), "");
  model->parameters().values()[1] = std::nanf("");
  EXPECT_EQ(non_finite_parameter(capture_model(*model)), "dense/bias");
}

TEST(Checkpoint, KnowsHowMuchItWillCopy) {
  EXPECT_EQ(bytes_to_capture(*small_model(3)), 4 * 4 * 2);
}

}  // namespace
}  // namespace trainwreck
