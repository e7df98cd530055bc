#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/support/wired_model.h"
#include "trainwreck/trainer.h"

namespace trainwreck::testing {
namespace {

struct OwnStep final : TrainStep {
  float train(Model& model, const Batch& batch) override {
    const std::int64_t now = steps++;
    model.optimizer().step(model.parameters());
    model.parameters().values()[0] += 1.0F;
    if (now == throws) throw std::runtime_error("own step");
    if (now == poisons) model.parameters().values()[1] = std::nanf("");
    return now == lies ? std::nanf("") : batch.x[0];
  }
  std::int64_t steps = 0;
  std::int64_t throws = -1;
  std::int64_t poisons = -1;
  std::int64_t lies = -1;
};

TEST(OwnTrainStep, ReplacesOursAndItsLossIsWeightedByRows) {
  for (const Policy& policy : {keras(), hardened()}) {
    Wired wired(policy);
    OwnStep step;
    const FitResult result = wired.fit({.step = &step});
    EXPECT_EQ(step.steps, 5);
    EXPECT_EQ(result.history.values("loss")[0], 2.0);  // of the markers 0 to 4
    EXPECT_EQ(result.steps, 5);
  }
}

TEST(OwnTrainStep, ThatFailsOrSpoilsTheWeightsIsPutBack) {
  for (const int kind : {0, 1, 2}) {
    Wired wired;
    OwnStep step;
    (kind == 0 ? step.throws : kind == 1 ? step.poisons : step.lies) = 2;
    const FitResult result = wired.fit({.step = &step});
    EXPECT_EQ(wired.before, wired.after) << kind;
    EXPECT_EQ(result.steps, 2);
    const char* const messages[] = {"own step", "a weight is not finite after the step",
                                    "the loss is nan"};
    EXPECT_EQ(result.error->message, messages[kind]);
    EXPECT_EQ(result.error->phase, "train_step");
  }
}

TEST(OwnTrainStep, IsCopiedBeforehandUnlessItPromisesNotToFailHalfWay) {
  struct Looking final : TrainStep {
    explicit Looking(bool promise) : promises(promise) {}
    float train(Model&, const Batch&) override {
      bytes = memory->in_use(MemoryPurpose::snapshot);
      return 0.0F;
    }
    bool no_fail() const override { return promises; }
    bool promises;
    const MemoryBudget* memory = nullptr;
    std::int64_t bytes = -1;
  };
  for (const bool promises : {false, true}) {
    Wired wired;
    Looking step(promises);
    step.memory = &wired.scene.memory;
    EXPECT_TRUE(wired.fit({.step = &step}).ok());
    EXPECT_EQ(step.bytes == 0, promises) << step.bytes;
  }
}

TEST(OwnTrainStep, IsLeftAsItIsInKeras) {
  Wired wired(keras());
  OwnStep step;
  step.throws = 2;
  const FitResult result = wired.fit({.step = &step});
  EXPECT_EQ(result.error->message, "own step");
  EXPECT_NE(wired.scene.model->parameters().values()[0], 0.0F);
  EXPECT_EQ(wired.scene.model->optimizer().iterations(), 3);
}

}  // namespace
}  // namespace trainwreck::testing
