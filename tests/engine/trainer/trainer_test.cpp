#include "trainwreck/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/base/errors.h"
#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/metrics/metrics.h"
#include "engine/optimizers/optimizers.h"
#include "engine/sources/array_source.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

using ::testing::ElementsAre;

std::shared_ptr<ArraySource> seventeen_rows() {
  ArrayData data{Tensor({17, 1}), Tensor({17, 1}, 1.0F), {}};
  for (std::int64_t row = 0; row < 17; ++row) data.x[row] = static_cast<float>(row);
  return std::make_shared<ArraySource>(std::move(data), BatchOptions{.batch_size = 16});
}

TEST(Evaluate, RunsItsHooksAndWeighsByRows) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy);
    const auto data = marker_arrays(2);
    const EvaluateResult result =
        scene.trainer().evaluate(*data, {.callbacks = scene.handles({"A", "B"})});
    EXPECT_EQ(scene.events.text(),
              "A.on_test_begin() B.on_test_begin() A.on_test_batch_begin(0) "
              "B.on_test_batch_begin(0) A.on_test_batch_end(0) B.on_test_batch_end(0) "
              "A.on_test_batch_begin(1) B.on_test_batch_begin(1) A.on_test_batch_end(1) "
              "B.on_test_batch_end(1) A.on_test_end() B.on_test_end()");
    EXPECT_EQ(result.metrics.find("loss"), 0.5);
    EXPECT_EQ(result.metrics.find("mae"), 0.5);
  }
}

TEST(Evaluate, OfAPartialBatchIsTheMeanOverRows) {
  Scene scene;
  double sum = 0.0;
  for (int row = 0; row < 17; ++row) sum += (row - 1.0) * (row - 1.0);
  EXPECT_NEAR(*scene.trainer().evaluate(*seventeen_rows()).metrics.find("loss"), sum / 17.0, 1e-4);
}

TEST(Evaluate, LeavesWeightsAlone) {
  Scene scene;
  scene.trainer().evaluate(*marker_arrays(3));
  EXPECT_EQ(scene.state(), (std::vector<float>{1.0F, 0.0F, 0.0F, 0.001F}));
}

TEST(Evaluate, StepsTakeTheFirstBatches) {
  Scene scene;
  scene.probe->shown = true;
  scene.trainer().evaluate(*marker_arrays(3), {.steps = 2});
  EXPECT_EQ(scene.events.text(), "tstep[0] tstep[1]");
}

TEST(Evaluate, OfNothingIsAnError) {
  Scene hard;
  MarkerSequence data(0, hard.events);
  EXPECT_EQ(error_text(hard.trainer().evaluate(data)),
            "DataExhausted in fetch, data ds: ds has not one batch to give");
  Scene soft(keras());
  EXPECT_EQ(error_text(soft.trainer().evaluate(data)),
            "ValueError in fetch, data ds: ds gave no batch to build the model from");
  soft.trainer().train_on_batch(marker_batch(0));
  const EvaluateResult warm = soft.trainer().evaluate(data);
  EXPECT_TRUE(warm.ok());
  EXPECT_TRUE(warm.metrics.empty());
}

TEST(Evaluate, FailsLikeFit) {
  Scene scene;
  scene.recorder("A").raise_in(Hook::test_batch_end, 1);
  const auto data = marker_arrays(3);
  const EvaluateResult result =
      scene.trainer().evaluate(*data, {.callbacks = scene.handles({"A", "B"})});
  EXPECT_EQ(error_text(result),
            "ValueError in on_test_batch_end of A, batch 1: A fails in on_test_batch_end");
  EXPECT_TRUE(result.metrics.empty());
  EXPECT_EQ(scene.events.text_of("B."),
            "B.on_test_begin() B.on_test_batch_begin(0) B.on_test_batch_end(0) "
            "B.on_test_batch_begin(1) B.on_test_batch_end(1) "
            "B.on_exception(A fails in on_test_batch_end) B.on_test_end():failed");
}

TEST(Predict, RunsItsHooksAndKeepsEveryRowInOrder) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy);
    const auto data = seventeen_rows();
    const PredictResult result =
        scene.trainer().predict(*data, {.callbacks = scene.handles({"A"})});
    EXPECT_EQ(scene.events.text(),
              "A.on_predict_begin() A.on_predict_batch_begin(0) A.on_predict_batch_end(0) "
              "A.on_predict_batch_begin(1) A.on_predict_batch_end(1) A.on_predict_end()");
    ASSERT_EQ(result.predictions.shape(), (Shape{17, 1}));
    for (std::int64_t row = 0; row < 17; ++row) {
      EXPECT_EQ(result.predictions[row], static_cast<float>(row));
    }
  }
}

TEST(Predict, NeedsNoLabels) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy);
    MarkerSequence data(2, scene.events);
    data.bend = [](std::int64_t, Batch& batch) { batch.y = Tensor(); };
    EXPECT_EQ(scene.trainer().predict(data).predictions.rows(), 8);
  }
}

TEST(Predict, OfNothingIsAnErrorAfterTheHooksInKeras) {
  Scene soft(keras());
  MarkerSequence data(0, soft.events);
  const PredictResult result = soft.trainer().predict(data, {.callbacks = soft.handles({"A"})});
  EXPECT_EQ(error_text(result),
            "StateError in fetch, data ds: ds gave no batch, so there is no answer");
  EXPECT_EQ(soft.events.text_of("A."), "A.on_predict_begin() A.on_predict_end()");
  Scene hard;
  EXPECT_EQ(error_text(hard.trainer().predict(data)),
            "DataExhausted in fetch, data ds: ds has not one batch to give");
}

TEST(Predict, TellsTheSourceOfOneEpoch) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy);
    MarkerSequence data(2, scene.events);
    scene.trainer().predict(data);
    EXPECT_EQ(scene.events.text(), "ds.on_epoch_begin ds[0] ds[1] ds.on_epoch_end");
  }
}

TEST(Predict, FailingInAHookKeepsNoAnswers) {
  Scene scene(keras());
  scene.recorder("A").raise_in(Hook::predict_batch_begin, 1);
  const auto data = marker_arrays(2);
  const PredictResult result =
      scene.trainer().predict(*data, {.callbacks = scene.handles({"A", "B"})});
  EXPECT_EQ(result.error->message, "A fails in on_predict_batch_begin");
  EXPECT_FALSE(result.predictions.present());
  EXPECT_EQ(scene.events.words().back(), "A.on_predict_batch_begin(1)");
}

TEST(Predict, HardenedRefusesInputsThatAreNotFinite) {
  Scene scene;
  MarkerSequence data(2, scene.events);
  data.bend = [](std::int64_t index, Batch& batch) {
    if (index == 1) batch.x[3] = std::numeric_limits<float>::quiet_NaN();
  };
  EXPECT_EQ(error_text(scene.trainer().predict(data)),
            "BadBatch in batch, batch 1, data ds: x has nan at row 3, element 0");
}

TEST(OnBatch, RunsNoHooksTouchesNoHistoryAndReportsItsBatchAlone) {
  for (const Policy& policy : {keras(), hardened()}) {
    Scene scene(policy, 0.0F);
    scene.fit(*marker_arrays(1), {"A"});
    scene.events.clear();
    EXPECT_EQ(scene.trainer().train_on_batch(marker_batch(0)).find("loss"), 1.0);
    EXPECT_EQ(scene.trainer().train_on_batch(marker_batch(3)).find("loss"), 4.0);
    EXPECT_EQ(scene.trainer().test_on_batch(marker_batch(0)).find("loss"), 1.0);
    EXPECT_EQ(scene.trainer().predict_on_batch(Tensor({1, 1}, 5.0F))[0], 5.0F);
    EXPECT_EQ(scene.events.text(), "");
    EXPECT_THAT(scene.trainer().history().epochs(), ElementsAre(0));
  }
}

TEST(OnBatch, TrainsLikeAStepOfFit) {
  Scene by_hand;
  for (const std::int64_t marker : {0, 1, 2}) {
    by_hand.trainer().train_on_batch(marker_batch(marker));
  }
  Scene by_fit;
  by_fit.run(*marker_arrays(3));
  EXPECT_EQ(by_hand.state(), by_fit.state());
}

TEST(OnBatch, Throws) {
  Scene scene;
  Batch batch = marker_batch(0);
  batch.y = Tensor({3, 1}, 1.0F);
  EXPECT_THROW(scene.trainer().train_on_batch(batch), ShapeError);
  EXPECT_THROW(scene.trainer().test_on_batch(batch), ShapeError);
  EXPECT_THROW(scene.trainer().predict_on_batch(Tensor()), BadBatch);
  EXPECT_EQ(scene.memory.in_use(), 0);
}

TEST(OnBatch, SaysNothingOfAStepThatThePolicySkipped) {
  Policy policy;
  policy.data.bad_batches = BadBatches::skipped;
  policy.data.max_skips = 1;
  Scene scene(policy);
  Batch batch = marker_batch(0);
  batch.y = Tensor();
  EXPECT_TRUE(scene.trainer().train_on_batch(batch).empty());
  EXPECT_THROW(scene.trainer().train_on_batch(batch), BadBatch);
}

TEST(TrainerOf, AModelThatIsNotCompiledThrows) {
  Scene scene;
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({}));
  Model model(std::move(layers), 1);
  Trainer trainer(model, scene.seams());
  EXPECT_THROW(trainer.fit(*marker_arrays(1), {}), StateError);
  EXPECT_THROW(trainer.evaluate(*marker_arrays(1)), StateError);
  EXPECT_THROW(trainer.train_on_batch(marker_batch(0)), StateError);
  EXPECT_TRUE(trainer.predict(*marker_arrays(1)).ok());
}

TEST(TrainerOf, AModelCompiledAnewReportsItsNewMetrics) {
  Scene scene;
  scene.run(*marker_arrays(1));
  std::vector<std::unique_ptr<Metric>> metrics;
  metrics.push_back(metrics::make_mse());
  metrics.push_back(metrics::make_mean());
  scene.model->compile(optimizers::make_sgd(), losses::make_mse(), std::move(metrics));
  const FitResult result = scene.run(*marker_arrays(1));
  EXPECT_EQ(result.history.series().size(), 3U);
  EXPECT_EQ(result.history.values("mean").size(), 1U);
}

TEST(RunResultOf, AHealthyRunRethrowsNothing) {
  Scene scene;
  const FitResult result = scene.run(*marker_arrays(1));
  EXPECT_NO_THROW(result.rethrow());
  EXPECT_TRUE(result.ok());
  EXPECT_FALSE(result.stop);
}

}  // namespace
}  // namespace trainwreck::testing
