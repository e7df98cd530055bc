#include "engine/trainer/step_runner.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/errors.h"
#include "tests/support/wired_model.h"

namespace trainwreck::testing {
namespace {

class FailingPhase : public ::testing::TestWithParam<const char*> {};

Tripwire& wire_of(Wired& wired, std::string_view phase) {
  if (phase == "forward") return wired.forward;
  if (phase == "loss") return wired.loss;
  if (phase == "backward") return wired.backward;
  return wired.apply;
}

TEST_P(FailingPhase, LeavesWeightsSlotsCountersAndMetricsAsTheyWere) {
  Wired wired;
  wire_of(wired, GetParam()).at = throws_at(2, "the wire breaks");
  const FitResult result = wired.fit();
  EXPECT_EQ(error_text(result),
            fmt::format("std::exception in {} at epoch 0, batch 2, data arrays: "
                        "the wire breaks",
                        GetParam()));
  EXPECT_EQ(wired.before, wired.after);
  EXPECT_EQ(result.steps, 2);
  EXPECT_EQ(wired.scene.model->optimizer().iterations(), 2);
  EXPECT_EQ(wired.scene.memory.in_use(), 0);
}

TEST_P(FailingPhase, AFitAfterItGoesOnFromThoseWeights) {
  Wired broken;
  wire_of(broken, GetParam()).at = throws_at(2, "the wire breaks");
  broken.fit();
  const FitResult again = broken.fit();
  Wired healthy;
  healthy.fit({.steps_per_epoch = 2});
  const FitResult same = healthy.fit();
  EXPECT_EQ(again.status, Status::completed);
  EXPECT_EQ(broken.scene.state(), healthy.scene.state());
  EXPECT_EQ(again.history, same.history);
}

INSTANTIATE_TEST_SUITE_P(Every, FailingPhase,
                         ::testing::Values("forward", "loss", "backward", "apply"));

TEST(FailedStep, KerasLeavesWhatAnOptimizerLeftHalfDone) {
  Wired wired(keras());
  wired.apply.at = throws_at(2, "half-way");
  wired.scene.recorder("A");
  const std::vector<float> before = [&] {
    Wired healthy(keras());
    healthy.fit({.steps_per_epoch = 2});
    return healthy.scene.state();
  }();
  EXPECT_EQ(wired.fit().error->message, "half-way");
  EXPECT_NE(wired.scene.state(), before);
}

TEST(FailedStep, OnlyAnOptimizerThatMayFailCostsASnapshot) {
  const auto snapshots = [](bool promises, FailedStep failed) {
    Policy policy;
    policy.step.failed = failed;
    Wired wired(policy, promises);
    std::int64_t most = 0;
    wired.apply.at = [&](std::int64_t) {
      most = std::max(most, wired.scene.memory.in_use(MemoryPurpose::snapshot));
    };
    wired.fit();
    return most;
  };
  // 3 + 3 + 3 + 1 weights and as many in the slot, four bytes each.
  EXPECT_EQ(snapshots(false, FailedStep::rolled_back), 80);
  EXPECT_EQ(snapshots(true, FailedStep::rolled_back), 0);
  EXPECT_EQ(snapshots(false, FailedStep::left_as_it_is), 0);
}

TEST(FailedStep, AMetricThatRefusesTheLabelsDoesSoBeforeTheWeightsChange) {
  Wired wired;
  wired.check.at = throws_at(2, "the metric refuses");
  const FitResult result = wired.fit();
  EXPECT_EQ(result.error->message, "the metric refuses");
  EXPECT_EQ(result.error->phase, "metrics");
  EXPECT_EQ(wired.before, wired.after);
}

TEST(FailedStep, WhatFailsAfterTheOptimizerFailsInATakenStep) {
  Wired wired;
  wired.update.at = throws_at(2, "too late");
  const FitResult result = wired.fit();
  EXPECT_EQ(error_text(result),
            "std::exception in metrics at epoch 0, batch 2, data arrays: too late");
  EXPECT_EQ(result.steps, 3);
  EXPECT_EQ(wired.scene.model->optimizer().iterations(), 3);
}

// An optimizer that strikes once its step is done, as a wrapper around a good one may.
class LateOptimizer final : public Optimizer {
 public:
  explicit LateOptimizer(std::int64_t at) : Optimizer(0.01F, {}, nullptr), at_(at) {}
  std::string_view kind() const override { return "late"; }
  void build(const Parameters&) override {}
  std::vector<OptimizerSlot> slots() override { return {}; }
  void step(Parameters& parameters) override {
    Optimizer::step(parameters);
    if (iterations() == at_) throw std::runtime_error("late");
  }

 protected:
  void update(std::span<float> values, std::span<const float> gradients, float rate) override {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= rate * gradients[i];
  }

 private:
  std::int64_t at_;
};

TEST(FailedStep, AnErrorBehindTheOptimizersStepCountsThatStep) {
  Scene scene;
  scene.traced = true;
  scene.model->compile(std::make_unique<LateOptimizer>(2), losses::make_mse(), {});
  const FitResult result = scene.run(*marker_arrays(4));
  EXPECT_EQ(result.status, Status::failed);
  EXPECT_EQ(result.steps, 2);
  EXPECT_EQ(scene.trace.of(TraceKind::step_end), "//committed 0.0 | //committed 0.1");
}

}  // namespace
}  // namespace trainwreck::testing
