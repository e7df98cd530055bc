#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "faults/shims/shims.h"
#include "tests/faults/kinds/faulty_run.h"
#include "trainwreck/model.h"

namespace trainwreck::testing {
namespace {

std::string second_step(const std::string& kind, const std::string& site,
                        const std::string& rest = "") {
  return R"({"kind": ")" + kind + R"(", "at": {"epoch": 0, "batch": 1, "site": ")" + site +
         R"("})" + rest + "}";
}

bool finite(const std::vector<float>& values) { return all_finite(std::span<const float>(values)); }

TEST(StepThrows, AnywhereBeforeTheWeightsChange) {
  const Ran clean = run(RunSetup{});
  for (const char* site : {"step.forward", "step.loss", "step.backward", "step.apply"}) {
    for (const Policy& policy : {hardened(), keras()}) {
      const Ran ran = run(second_step("step_throws", site, R"(, "error": "ValueError")"), policy);
      EXPECT_EQ(ran.error(), "ValueError: injected") << site;
      EXPECT_EQ(ran.losses, std::vector<float>(clean.losses.begin(), clean.losses.begin() + 1));
      EXPECT_NE(ran.weights, clean.weights);
    }
  }
}

TEST(StepThrows, AfterTheOptimizerIsNoChoice) {
  EXPECT_EQ(complaints_about_fault(second_step("step_throws", "step.apply", R"(, "after": true)")),
            "/at/site \"step.apply\" is no place for this fault; it strikes at step.forward, "
            "step.loss and step.backward\n");
  EXPECT_EQ(run(second_step("step_throws", "step.backward", R"(, "after": true)"), hardened())
                .result.error.value()
                .phase,
            "backward");
}

TEST(StepStalls, TakesTimeAndChangesNothing) {
  const Ran clean = run(RunSetup{});
  const Ran ran = run(second_step("step_stalls", "step.loss", R"(, "seconds": 4)"), hardened());
  EXPECT_EQ(ran.weights, clean.weights);
  EXPECT_TRUE(ran.trace.back().starts_with("4000000000 "));
}

TEST(NonFiniteKinds, AreRefusedBeforeTheWeightsInHardenedAndSpreadInKeras) {
  const Ran one_step = run({.epochs = 1, .steps = 1});
  for (const auto& [kind, site] :
       std::vector<std::pair<std::string, std::string>>{{"nan_loss", "step.loss"},
                                                        {"inf_loss", "step.loss"},
                                                        {"nan_gradient", "step.backward"},
                                                        {"inf_gradient", "step.backward"}}) {
    const Ran hard = run(second_step(kind, site), hardened());
    EXPECT_EQ(hard.result.error.value().type, "NonFinite") << kind;
    EXPECT_EQ(hard.weights, one_step.weights) << kind;
    const Ran soft = run({.faults = {second_step(kind, site)}, .policy = keras()});
    EXPECT_EQ(soft.status(), "completed") << kind;
    EXPECT_FALSE(finite(soft.weights)) << kind;
  }
}

TEST(NanLoss, MayLeaveTheGradientAlone) {
  const Ran clean = run(RunSetup{});
  const Ran ran = run(second_step("nan_loss", "step.loss", R"(, "gradient": false)"), keras());
  EXPECT_TRUE(std::isnan(ran.losses[1]));
  EXPECT_EQ(ran.weights, clean.weights);
}

TEST(LossSpike, PassesEveryCheckOfFiniteness) {
  const Ran clean = run(RunSetup{});
  for (const Policy& policy : {hardened(), keras()}) {
    const Ran ran = run(second_step("loss_spike", "step.loss", R"(, "factor": 1000)"), policy);
    EXPECT_EQ(ran.status(), "completed");
    EXPECT_FLOAT_EQ(ran.losses[1], 1000.0F * clean.losses[1]);
    EXPECT_NE(ran.weights, clean.weights);
    const Ran shown = run(
        second_step("loss_spike", "step.loss", R"(, "factor": 1000, "gradient": false)"), policy);
    EXPECT_EQ(shown.weights, clean.weights);
  }
}

// How many bits differ.
int distance(const std::vector<float>& a, const std::vector<float>& b) {
  int bits = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    bits += std::popcount(std::bit_cast<std::uint32_t>(a[i]) ^ std::bit_cast<std::uint32_t>(b[i]));
  }
  return bits;
}

TEST(BitFlip, ChangesThatManyBitsOfTheWeights) {
  const Ran clean = run({.epochs = 1});
  for (const Policy& policy : {hardened(), keras()}) {
    const std::string flip =
        R"({"kind": "bit_flip", "at": {"epoch": 0, "batch": 2, "site": "step.apply"}, "bits": )";
    for (const int bits : {1, 3}) {
      const Ran ran = run({.faults = {flip + std::to_string(bits) + R"(, "bit": 0})"},
                           .policy = policy,
                           .epochs = 1});
      EXPECT_EQ(distance(ran.weights, clean.weights), bits);
    }
    const Ran sign = run({.faults = {flip + R"(1, "bit": 31})"}, .policy = policy, .epochs = 1});
    int changed = 0;
    for (std::size_t i = 0; i < clean.weights.size(); ++i) {
      if (std::signbit(sign.weights[i]) != std::signbit(clean.weights[i])) ++changed;
    }
    EXPECT_EQ(changed, 1);
  }
}

TEST(BitFlip, StrikesActivationsGradientsAndSlotsToo) {
  const Ran clean = run(RunSetup{});
  for (const char* site : {"step.forward", "step.loss", "step.backward", "step.apply"}) {
    const Ran ran = run(second_step("bit_flip", site, R"(, "bit": 22)"), hardened());
    EXPECT_EQ(ran.status(), "completed") << site;
    EXPECT_NE(ran.weights, clean.weights) << site;
  }
  const Ran slots =
      run(second_step("bit_flip", "step.apply", R"(, "slots": true, "bit": 22)"), hardened());
  EXPECT_EQ(slots.losses[1], clean.losses[1]);
  EXPECT_EQ(slots.losses[2], clean.losses[2]) << "the slot shows in the step after";
  EXPECT_NE(slots.weights, clean.weights);
  EXPECT_NE(complaints_about_fault(second_step("bit_flip", "step.loss", R"(, "slots": true)")), "");
}

TEST(DroppedStep, LeavesTheWeightsAndSaysNothing) {
  const Ran one_step = run({.epochs = 1, .steps = 1});
  const Ran ran =
      run({.faults = {second_step("dropped_step", "step.apply")}, .epochs = 1, .steps = 2});
  EXPECT_EQ(ran.status(), "completed");
  EXPECT_EQ(ran.losses.size(), 2U);
  EXPECT_EQ(ran.weights, one_step.weights);
}

TEST(RepeatedStep, CountsTwice) {
  const Ran clean = run({.epochs = 1, .steps = 2});
  const Ran ran =
      run({.faults = {second_step("repeated_step", "step.apply")}, .epochs = 1, .steps = 2});
  EXPECT_EQ(ran.losses, clean.losses);
  EXPECT_NE(ran.weights, clean.weights);
}

std::unique_ptr<Model> small_model() {
  std::vector<std::unique_ptr<Layer>> stack;
  stack.push_back(layers::make_dense({.units = 2}));
  stack.push_back(layers::make_activation({.activation = Activation::tanh}));
  stack.push_back(layers::make_dense({.units = 1}));
  auto model = std::make_unique<Model>(std::move(stack), 1);
  model->compile(optimizers::make_sgd({.learning_rate = 0.5F}), losses::make_mse(), {});
  return model;
}

TEST(ComputeShim, TheOptimizersStateIsTheRealOnes) {
  FaultyWorld world;
  const auto model = small_model();
  offer_compute(*model, world.injector);
  Optimizer& optimizer = model->optimizer();
  EXPECT_EQ(optimizer.learning_rate(), 0.5F);
  optimizer.set_learning_rate(0.25F);
  optimizer.set_iterations(5);
  model->build({2});
  optimizer.step(model->parameters());
  EXPECT_EQ(optimizer.iterations(), 6);
  EXPECT_EQ(optimizer.learning_rate(), 0.25F);
  EXPECT_EQ(optimizer.kind(), "sgd");
  EXPECT_TRUE(optimizer.no_fail());
  EXPECT_FALSE(optimizer.has_schedule());
}

TEST(ComputeShim, LayersKeepTheirNames) {
  FaultyWorld world;
  const auto model = small_model();
  offer_compute(*model, world.injector);
  std::vector<std::string> names;
  for (const auto& layer : model->layers()) names.push_back(layer->name());
  EXPECT_THAT(names, ::testing::ElementsAre("dense", "activation", "dense_1"));
}

TEST(ComputeShim, ALayerWithoutWeightsOffersTheGradientOfItsInput) {
  FaultyWorld world;
  world.injector.plan(fault_from(R"({"kind": "nan_gradient", "at": {"layer": "activation"}})"));
  const auto model = small_model();
  offer_compute(*model, world.injector);
  Trainer trainer(*model, world.seams(), keras());
  Batch batch{.x = Tensor({2, 2}, 0.5F), .y = Tensor({2, 1}, 1.0F)};
  trainer.train_on_batch(batch);
  const ParameterInfo* first = model->parameters().find("dense/kernel");
  const ParameterInfo* last = model->parameters().find("dense_1/kernel");
  EXPECT_FALSE(all_finite(model->parameters().gradients_of(*first)));
  EXPECT_TRUE(all_finite(model->parameters().gradients_of(*last)));
}

TEST(ComputeShim, EvaluationIsNoStep) {
  FaultyWorld world;
  world.injector.plan(fault_from(R"({"kind": "step_throws", "at": {"site": "step.forward"}})"));
  world.injector.plan(fault_from(R"({"kind": "step_throws", "at": {"site": "step.loss"}})"));
  const auto model = small_model();
  offer_compute(*model, world.injector);
  Trainer trainer(*model, world.seams());
  const Batch batch{.x = Tensor({2, 2}, 0.5F), .y = Tensor({2, 1}, 1.0F)};
  EXPECT_NO_THROW(trainer.test_on_batch(batch));
  EXPECT_NO_THROW(trainer.predict_on_batch(batch.x));
  EXPECT_ANY_THROW(trainer.train_on_batch(batch));
}

}  // namespace
}  // namespace trainwreck::testing
