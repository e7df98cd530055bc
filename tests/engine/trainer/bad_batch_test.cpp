#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "engine/base/errors.h"
#include "tests/support/wired_model.h"

namespace trainwreck::testing {
namespace {

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
void spoil_nan(Batch& batch) { batch.x[2] = std::nanf(""); }
void spoil_label_nan(Batch& batch) { batch.y[1] = -std::numeric_limits<float>::infinity(); }
void spoil_no_x(Batch& batch) { batch.x = Tensor(); }
void spoil_no_y(Batch& batch) { batch.y = Tensor(); }
void spoil_all(Batch& batch) {
  spoil_no_x(batch);
  spoil_no_y(batch);
}
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
     "BadBatch in batch: x must hold float32 values, got text", "A.on_train_batch_begin(2)"},
    {"nan", spoil_nan, "BadBatch in batch: x has nan at row 2, element 0", "", ""},
    {"label_nan", spoil_label_nan, "BadBatch in batch: y has -inf at row 1, element 0", "", ""},
    {"no_x", spoil_no_x, "BadBatch in fetch: the batch has no x",
     "BadBatch in batch: the batch has no x", "A.on_train_batch_begin(2)"},
    {"no_y", spoil_no_y, "BadBatch in fetch: the batch has no y",
     "BadBatch in batch: the batch has no y", "A.on_train_batch_begin(2)"},
    {"nothing", spoil_all,
     "BadBatch in fetch: there is no batch: x, y and sample_weight are missing",
     "BadBatch in fetch: there is no batch: x, y and sample_weight are missing",
     "A.on_train_batch_end(1)"},
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

std::vector<float> state_after_two_batches() {
  Wired wired;
  MarkerSequence data(2, wired.scene.events);
  EXPECT_TRUE(wired.scene.fit(data, {"A"}).ok());
  return wired.scene.state();
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
  EXPECT_EQ(wired.scene.state(), state_after_two_batches());
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

// Which hooks heard of a batch that lacks labels: in Keras all but those behind its step.
TEST(BadBatch, WithoutLabelsIsHeardOfInKerasAndNotInHardened) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.recorder("A").show_only(kAllHooks);
    MarkerSequence data(2, scene.events);
    data.bend = [](std::int64_t index, Batch& batch) {
      if (index == 1) spoil_no_y(batch);
    };
    EXPECT_EQ(scene.fit(data, {"A"}).steps, 1);
    EXPECT_EQ(scene.events.text_of("A.on_train_batch_begin(1)"),
              hard ? "" : "A.on_train_batch_begin(1)");
    EXPECT_EQ(scene.events.text_of("A.on_train_batch_end(1)"), "");
  }
}

TEST(BadBatch, WithoutLabelsIsHeardOfInAnEvaluationOfKerasAlone) {
  for (const bool hard : {false, true}) {
    Scene scene(hard ? hardened() : keras());
    scene.recorder("A").show_only(kAllHooks);
    MarkerSequence data(2, scene.events);
    Trainer& trainer = scene.trainer();
    EXPECT_TRUE(trainer.evaluate(data).ok());
    data.bend = [](std::int64_t, Batch& batch) { spoil_no_y(batch); };
    const EvaluateResult result = trainer.evaluate(data, {.callbacks = scene.handles({"A"})});
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->phase, hard ? "fetch" : "batch");
    EXPECT_EQ(scene.events.text_of("A.on_test_batch_begin"),
              hard ? "" : "A.on_test_batch_begin(0)");
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

}  // namespace
}  // namespace trainwreck::testing
