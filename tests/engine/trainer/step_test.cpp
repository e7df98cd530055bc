#include "engine/trainer/step.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "engine/base/errors.h"
#include "engine/layers/layers.h"
#include "engine/optimizers/optimizers.h"
#include "tests/support/brittle_parts.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// A model of which every part can break: wired, dense(3), wired, dense(1).
struct Wired {
  explicit Wired(Policy the_policy = hardened(), bool promises = false) : scene(the_policy) {
    std::vector<std::unique_ptr<Layer>> layers;
    layers.push_back(layers::make_dense({.units = 3}));
    layers.push_back(std::make_unique<WiredLayer>(forward, backward));
    layers.push_back(layers::make_dense({}));
    scene.model = std::make_unique<Model>(std::move(layers), 7);
    auto own_loss = std::make_unique<WiredLoss>(loss);
    liar = own_loss.get();
    std::vector<std::unique_ptr<Metric>> metrics;
    metrics.push_back(std::make_unique<WiredMetric>(update, check));
    scene.model->compile(std::make_unique<WiredOptimizer>(apply, promises), std::move(own_loss),
                         std::move(metrics));
    watch();
  }

  // Everything that a step may change, as it was when batch 2 began and when it ended.
  void watch() {
    RecordingCallback& a = scene.recorder("A");
    a.show_only(mask_of(Hook::train_batch_end));
    a.on(Hook::train_batch_begin, 2, [this](Event& event) { before = everything(event.session); });
    a.on(Hook::train_batch_end, 2, [this](Event& event) { after = everything(event.session); });
  }
  std::vector<double> everything(Session& session) {
    const std::vector<float> state = scene.state();
    std::vector<double> all(state.begin(), state.end());
    const Position position = session.capture();
    all.insert(all.end(), position.running_metrics.begin(), position.running_metrics.end());
    all.push_back(static_cast<double>(position.step));
    all.push_back(static_cast<double>(position.batch));
    return all;
  }
  FitResult fit(FitOptions options = {}) { return scene.fit(*marker_arrays(5), {"A"}, options); }

  Tripwire forward, backward, loss, apply, update, check;
  WiredLoss* liar = nullptr;
  std::vector<double> before, after;
  Scene scene;
};

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

struct OwnStep final : TrainStep {
  float train(Model& model, const Batch& batch) override {
    const std::int64_t now = steps++;
    model.optimizer().step(model.parameters());
    model.parameters().values()[0] += 1.0F;
    if (now == throws) throw std::runtime_error("own step");
    if (now == poisons) model.parameters().values()[1] = kNan;
    return now == lies ? kNan : batch.x[0];
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

// What a batch may have wrong with it, from batch 2 on.
struct BadCase {
  const char* name;
  void (*spoil)(Batch&);
  const char* hardened_error;
  const char* keras_error;  // "" where Keras trains on
  const char* keras_word;   // the last thing that the callback hears
};

void spoil_rows(Batch& batch) { batch.y = Tensor({3, 1}, 1.0F); }
void spoil_empty(Batch& batch) { batch = marker_batch(0, 0); }
void spoil_width(Batch& batch) { batch.x = Tensor({4, 2}, 1.0F); }
void spoil_dtype(Batch& batch) { batch.x.set_dtype(Dtype::float64); }
void spoil_text(Batch& batch) { batch.x.set_dtype(Dtype::text); }
void spoil_nan(Batch& batch) { batch.x[2] = kNan; }
void spoil_label_nan(Batch& batch) { batch.y[1] = -std::numeric_limits<float>::infinity(); }
void spoil_no_x(Batch& batch) { batch.x = Tensor(); }
void spoil_no_y(Batch& batch) { batch.y = Tensor(); }
void spoil_labels(Batch& batch) { batch.y = Tensor({4, 2}, 1.0F); }
void spoil_label_rank(Batch& batch) { batch.y = Tensor({4, 2, 3}, 1.0F); }
void spoil_weights(Batch& batch) { batch.sample_weight = Tensor({3}, 1.0F); }
void spoil_trailing(Batch& batch) { batch.x.reshape({4, 1, 1}); }

const BadCase kBad[] = {
    {"rows", spoil_rows, "ShapeError in batch: x has 4 rows, y has shape (3, 1)",
     "ShapeError in loss: loss \"wired_mse\": labels of shape (3, 1) do not broadcast against "
     "predictions of shape (4, 1)",
     "A.on_train_batch_begin(2)"},
    {"empty", spoil_empty, "ShapeError in batch: the batch has no rows",
     "ShapeError in backward: the batch has no rows", "A.on_train_batch_begin(2)"},
    {"width", spoil_width,
     "ShapeError in forward: layer \"dense\" (dense): expected input of shape (None, 1), "
     "got (4, 2)",
     "ShapeError in forward: layer \"dense\" (dense): expected input of shape (None, 1), "
     "got (4, 2)",
     "A.on_train_batch_begin(2)"},
    {"dtype", spoil_dtype, "BadBatch in batch: x must hold float32 values, got float64", "", ""},
    {"text", spoil_text, "BadBatch in batch: x must hold float32 values, got text",
     "BadBatch in fetch: x must hold float32 values, got text", "A.on_train_batch_end(1)"},
    {"nan", spoil_nan, "BadBatch in batch: x has nan at row 2, element 0", "", ""},
    {"label_nan", spoil_label_nan, "BadBatch in batch: y has -inf at row 1, element 0", "", ""},
    {"no_x", spoil_no_x, "BadBatch in batch: the batch has no x",
     "BadBatch in fetch: the batch has no x", "A.on_train_batch_end(1)"},
    {"no_y", spoil_no_y, "BadBatch in batch: the batch has no y",
     "BadBatch in fetch: the batch has no y", "A.on_train_batch_end(1)"},
    {"labels", spoil_labels,
     "ShapeError in loss: loss \"wired_mse\": expected labels of shape (4, 1), got (4, 2)", "", ""},
    {"label_rank", spoil_label_rank,
     "ShapeError in loss: loss \"wired_mse\": expected labels of shape (4, 1), got (4, 2, 3)",
     "ShapeError in loss: loss \"wired_mse\": labels of shape (4, 2, 3) do not broadcast against "
     "predictions of shape (4, 1)",
     "A.on_train_batch_begin(2)"},
    {"weights", spoil_weights, "ShapeError in batch: x has 4 rows, sample_weight has shape (3,)",
     "ShapeError in loss: loss \"wired_mse\": expected sample weights of shape (4,), got (3,)",
     "A.on_train_batch_begin(2)"},
    {"trailing", spoil_trailing,
     "ShapeError in forward: layer \"dense\" (dense): expected input of shape (None, 1), "
     "got (4, 1, 1)",
     "", ""},
};

// "type in phase: message", without the place.
std::string brief(const FitResult& result) {
  if (!result.error) return "";
  return result.error->type + " in " + result.error->phase + ": " + result.error->message;
}

class BadBatchIn : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadBatchIn, HardenedIsFoundBeforeAnyWeightChanges) {
  Wired wired;
  MarkerSequence data(5, wired.scene.events);
  data.bend = [](std::int64_t index, Batch& batch) {
    if (index >= 2) GetParam().spoil(batch);
  };
  const FitResult result = wired.scene.fit(data, {"A"});
  EXPECT_EQ(brief(result), GetParam().hardened_error);
  EXPECT_EQ(result.error->epoch, 0);
  EXPECT_EQ(result.error->batch, 2);
  EXPECT_EQ(result.error->source, "ds");
  EXPECT_EQ(result.error->callback, "");
  EXPECT_EQ(wired.before, wired.after);
  EXPECT_EQ(wired.scene.memory.in_use(), 0);
}

TEST_P(BadBatchIn, HardenedIsSkippedWhereThePolicySaysSo) {
  Policy policy;
  policy.data.bad_batches = BadBatches::skipped;
  policy.data.max_skips = 3;
  Wired wired(policy);
  MarkerSequence data(5, wired.scene.events);
  data.bend = [](std::int64_t index, Batch& batch) {
    if (index == 2) GetParam().spoil(batch);
  };
  const FitResult result = wired.scene.fit(data, {"A"}, {.epochs = 2});
  EXPECT_EQ(brief(result), "");
  EXPECT_EQ(result.steps, 8);
  EXPECT_EQ(warning_ids(result), "step.skipped x2");
  EXPECT_EQ(result.history.values("wired")[1], 4.0);
}

TEST_P(BadBatchIn, KerasIsTrainedOnOrFailsWhereKerasFails) {
  Wired wired(keras());
  wired.scene.recorder("A").show_only(kAllHooks);
  MarkerSequence data(5, wired.scene.events);
  data.bend = [](std::int64_t index, Batch& batch) {
    if (index >= 2) GetParam().spoil(batch);
  };
  const FitResult result = wired.scene.fit(data, {"A"});
  EXPECT_EQ(brief(result), GetParam().keras_error);
  if (result.ok()) {
    EXPECT_EQ(result.steps, 5);
  } else {
    std::string last;
    for (const std::string& word : wired.scene.events.words()) {
      if (word.starts_with("A.")) last = word;
    }
    EXPECT_EQ(last, GetParam().keras_word);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, BadBatchIn, ::testing::ValuesIn(kBad),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(BadBatch, IsSkippedNoMoreOftenThanAllowed) {
  Policy policy;
  policy.data.bad_batches = BadBatches::skipped;
  policy.data.max_skips = 1;
  Wired wired(policy);
  MarkerSequence data(5, wired.scene.events);
  data.bend = [](std::int64_t index, Batch& batch) {
    if (index >= 3) spoil_nan(batch);
  };
  const FitResult result = wired.scene.fit(data, {"A"});
  EXPECT_EQ(error_text(result),
            "BadBatch in batch at epoch 0, batch 4, data ds: x has nan at row 2, element 0");
}

TEST(BadBatch, FirstOfAllIsFoundWhileBuildingInKeras) {
  for (void (*const spoil)(Batch&) : {spoil_width, spoil_rows, spoil_label_rank, spoil_no_y}) {
    Scene scene(keras());
    scene.model->build({1});
    MarkerSequence data(2, scene.events);
    data.bend = [spoil](std::int64_t, Batch& batch) { spoil(batch); };
    const FitResult result = scene.fit(data, {"A"});
    EXPECT_FALSE(result.ok());
    EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[0]");
  }
}

TEST(BadBatch, FirstOfAllThatKerasCanBroadcastIsTrainedOn) {
  Scene scene(keras());
  MarkerSequence data(2, scene.events);
  data.bend = [](std::int64_t, Batch& batch) { spoil_labels(batch); };
  EXPECT_EQ(scene.run(data).steps, 2);
}

TEST(BadBatch, FirstOfAllFailsInItsStepInHardened) {
  Scene scene;
  MarkerSequence data(2, scene.events);
  data.bend = [](std::int64_t, Batch& batch) { spoil_rows(batch); };
  const FitResult result = scene.fit(data, {"A"});
  EXPECT_EQ(error_text(result),
            "ShapeError in batch at epoch 0, batch 0, data ds: x has 4 rows, y has shape (3, 1)");
  EXPECT_FALSE(scene.model->built());
}

TEST(ClassWeights, WeighEachRowByItsLabel) {
  Scene scene(keras(), 0.0F);
  MarkerSequence data(1, scene.events);
  data.bend = [](std::int64_t, Batch& batch) {
    for (std::int64_t row = 0; row < 4; ++row) batch.y[row] = static_cast<float>(row);
  };
  // Predictions are 0, so losses are 0, 1, 4, 9; class 3 is not listed.
  const FitResult result = scene.run(data, {.class_weight = {{0, 7.0F}, {1, 2.0F}, {2, 0.5F}}});
  EXPECT_FLOAT_EQ(static_cast<float>(result.history.values("loss")[0]),
                  (0.0F + 2.0F + 2.0F + 9.0F) / 4.0F);
  EXPECT_FLOAT_EQ(static_cast<float>(result.history.values("mae")[0]), 1.5F);
}

TEST(ClassWeights, CountInMetricsToo) {
  Scene scene(hardened(), 0.0F);
  MarkerSequence data(1, scene.events);
  data.bend = [](std::int64_t, Batch& batch) {
    for (std::int64_t row = 0; row < 4; ++row) batch.y[row] = static_cast<float>(row);
  };
  const FitResult result = scene.run(data, {.class_weight = {{0, 0.0F}, {1, 0.0F}}});
  EXPECT_FLOAT_EQ(static_cast<float>(result.history.values("mae")[0]), 2.5F);
}

TEST(ClassWeights, DoNotGoWithSampleWeights) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy);
    MarkerSequence data(1, scene.events);
    data.bend = [](std::int64_t, Batch& batch) { batch.sample_weight = Tensor({4}, 1.0F); };
    EXPECT_EQ(scene.run(data, {.class_weight = {{0, 1.0F}}}).error->message,
              "class_weight and sample weights cannot be used together");
  }
}

TEST(ClassWeights, NeedALabelForEachRow) {
  Scene scene(keras());
  MarkerSequence data(1, scene.events);
  data.bend = [](std::int64_t, Batch& batch) { batch.y = Tensor({1, 1}, 1.0F); };
  EXPECT_EQ(scene.run(data, {.class_weight = {{0, 1.0F}}}).error->message,
            "class_weight needs a label for each of 4 rows, got shape (1, 1)");
}

TEST(SampleWeights, WeighTheLossAndOnlyInHardenedTheMetrics) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras(), 0.0F);
    MarkerSequence data(1, scene.events);
    data.bend = [](std::int64_t, Batch& batch) {
      for (std::int64_t row = 0; row < 4; ++row) batch.y[row] = static_cast<float>(row);
      batch.sample_weight = Tensor({4}, std::vector<float>{0.0F, 0.0F, 0.0F, 2.0F});
    };
    const FitResult result = scene.run(data);
    EXPECT_FLOAT_EQ(static_cast<float>(result.history.values("loss")[0]), 18.0F / 4.0F);
    EXPECT_FLOAT_EQ(static_cast<float>(result.history.values("mae")[0]), hard ? 3.0F : 1.5F);
  }
}

}  // namespace
}  // namespace trainwreck::testing
