#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>

#include "tests/support/wired_model.h"

namespace trainwreck::testing {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

enum class Strange { nan_loss, infinite_loss, nan_gradient };

void make_strange(Wired& wired, Strange what, std::int64_t when) {
  wired.liar->bend = [&wired, what, when](float& loss, Tensor& gradient) {
    if (wired.loss.passed - 1 != when) return;
    if (what == Strange::nan_loss) loss = kNan;
    if (what == Strange::infinite_loss) loss = std::numeric_limits<float>::infinity();
    if (what == Strange::nan_gradient) gradient[0] = kNan;
  };
}

Policy with(NonFiniteStep choice, std::int64_t skips = 0) {
  Policy policy;
  policy.step.non_finite = choice;
  policy.data.max_skips = skips;
  return policy;
}

TEST(NonFiniteStep, IsAnErrorBeforeApply) {
  const std::tuple<Strange, const char*> cases[] = {
      {Strange::nan_loss, "the loss is nan"},
      {Strange::infinite_loss, "the loss is inf"},
      {Strange::nan_gradient, "the gradient of dense/kernel is not finite (the loss is "}};
  for (const auto& [what, message] : cases) {
    Wired wired;
    make_strange(wired, what, 2);
    const FitResult result = wired.fit();
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->type, "NonFinite");
    EXPECT_EQ(result.error->phase, "backward");
    EXPECT_EQ(result.error->message.substr(0, std::string(message).size()), message);
    EXPECT_EQ(wired.before, wired.after);
  }
}

TEST(NonFiniteStep, IsSkippedAsOftenAsThePolicyAllows) {
  Wired wired(with(NonFiniteStep::skipped, 1));
  wired.scene.traced = true;
  make_strange(wired, Strange::nan_loss, 2);
  const FitResult result = wired.fit();
  EXPECT_EQ(result.status, Status::completed);
  EXPECT_EQ(result.steps, 4);
  EXPECT_EQ(wired.before[0], wired.after[0]);
  EXPECT_EQ(result.warnings[0].text, "epoch 0, batch 2 was skipped: not finite");
  EXPECT_EQ(wired.scene.trace.of(TraceKind::policy), "skip/arrays/not finite 0.2");
  EXPECT_EQ(result.history.values("wired")[0], 4.0);  // the skipped step is in no metric

  Wired twice(with(NonFiniteStep::skipped, 1));
  twice.liar->bend = [&](float& loss, Tensor&) {
    if (twice.loss.passed - 1 >= 2) loss = kNan;
  };
  const FitResult failed = twice.fit();
  EXPECT_EQ(error_text(failed),
            "NonFinite in backward at epoch 0, batch 3, data arrays: "
            "the loss is nan");
}

TEST(NonFiniteStep, StopsTheRunWhereThePolicySaysSo) {
  Wired wired(with(NonFiniteStep::stops));
  wired.scene.traced = true;
  make_strange(wired, Strange::nan_gradient, 2);
  const FitResult result = wired.fit({.epochs = 3});
  EXPECT_EQ(result.status, Status::stopped);
  EXPECT_EQ(result.stop->reason, "not finite");
  EXPECT_EQ(result.steps, 2);
  EXPECT_EQ(wired.scene.trace.of(TraceKind::policy), "stop/arrays/not finite 0.2");
}

TEST(NonFiniteStep, IsAppliedInKerasAndStaysForEver) {
  Wired wired(keras());
  make_strange(wired, Strange::nan_gradient, 2);
  const FitResult result = wired.fit({.epochs = 2});
  EXPECT_EQ(result.status, Status::completed);
  EXPECT_EQ(result.steps, 10);
  EXPECT_TRUE(std::isnan(result.history.values("loss")[0]));
  EXPECT_TRUE(std::isnan(result.history.values("loss")[1]));
  EXPECT_FALSE(all_finite(wired.scene.model->parameters().values()));
}

}  // namespace
}  // namespace trainwreck::testing
