#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/sources/function_source.h"
#include "faults/shims/shims.h"
#include "tests/faults/kinds/faulty_run.h"

namespace trainwreck::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string second_batch(const std::string& kind, const std::string& rest = "") {
  return R"({"kind": ")" + kind + R"(", "at": {"site": "source.fetch", "epoch": 0, "batch": 1})" +
         rest + "}";
}

// The weights of a run in which batch 1 of the first epoch is bent.
Ran bent(const std::string& kind, const std::string& rest, const Policy& policy) {
  Ran ran = run(second_batch(kind, rest), policy);
  EXPECT_EQ(ran.fired.at(kind), 1);
  return ran;
}

std::string refusal(const std::string& kind, const std::string& rest = "") {
  const Ran ran = bent(kind, rest, hardened());
  EXPECT_EQ(ran.status(), "failed");
  EXPECT_EQ(ran.losses.size(), 1U) << "refused before any weight changed";
  return ran.error();
}

TEST(BatchKinds, HardenedRefusesEachWithItsOwnWords) {
  EXPECT_EQ(refusal("batch_zero_rows"), "ShapeError: the batch has no rows");
  EXPECT_EQ(
      refusal("batch_wrong_rank"),
      "ShapeError: layer \"dense\" (dense): expected input of shape (None, 2), got (4, 2, 1)");
  EXPECT_EQ(refusal("batch_wrong_rank", R"(, "flattened": true)"),
            "ShapeError: x has 8 rows, y has shape (4, 1)");
  EXPECT_EQ(refusal("batch_wrong_width"),
            "ShapeError: layer \"dense\" (dense): expected input of shape (None, 2), got (4, 3)");
  EXPECT_EQ(refusal("batch_wrong_width", R"(, "by": -1)"),
            "ShapeError: layer \"dense\" (dense): expected input of shape (None, 2), got (4, 1)");
  EXPECT_EQ(refusal("batch_wrong_width", R"(, "part": "y")"),
            "ShapeError: loss \"mse\": expected labels of shape (4, 1), got (4, 2)");
  EXPECT_EQ(refusal("batch_wrong_dtype"), "BadBatch: x must hold float32 values, got float64");
  EXPECT_EQ(refusal("batch_wrong_dtype", R"(, "part": "y", "dtype": "text")"),
            "BadBatch: y must hold float32 values, got text");
  EXPECT_EQ(refusal("batch_row_mismatch"), "ShapeError: x has 4 rows, y has shape (3, 1)");
  EXPECT_EQ(refusal("batch_ragged"), "ShapeError: row 0 has 2 elements, row 1 has 3");
  EXPECT_EQ(refusal("batch_nan"), "BadBatch: x has nan at row 1, element 1");
  EXPECT_EQ(refusal("batch_inf", R"(, "part": "y", "count": 3)"),
            "BadBatch: y has inf at row 1, element 0");
  EXPECT_EQ(refusal("batch_null"), "BadBatch: the batch has no x");
  EXPECT_EQ(refusal("batch_null", R"(, "part": "y")"), "BadBatch: the batch has no y");
  EXPECT_EQ(refusal("scalar_labels"), "ShapeError: x has 4 rows, y has shape ()");
}

TEST(BatchKinds, AReshapedPartHasItsValuesAgainAndAgain) {
  EXPECT_EQ(refusal("batch_reshaped", R"(, "shape": [3, 2])"),
            "ShapeError: x has 3 rows, y has shape (4, 1)");
  EXPECT_EQ(refusal("batch_reshaped", R"(, "part": "y", "shape": [4, 1, 2])"),
            "ShapeError: loss \"mse\": expected labels of shape (4, 1), got (4, 1, 2)");
  EXPECT_EQ(refusal("batch_reshaped", R"(, "part": "sample_weight", "shape": [2])"),
            "ShapeError: x has 4 rows, sample_weight has shape (2,)");
  EXPECT_EQ(refusal("batch_reshaped", R"(, "part": "y")"),
            "ShapeError: x has 4 rows, y has shape ()");
}

TEST(BatchKinds, KerasTrainsOnWhatItCanBroadcast) {
  EXPECT_EQ(bent("batch_reshaped", R"(, "part": "y", "shape": [4, 3])", keras()).status(),
            "completed");
  EXPECT_EQ(bent("batch_wrong_width", R"(, "part": "y")", keras()).status(), "completed");
  EXPECT_EQ(bent("scalar_labels", "", keras()).status(), "completed");
  EXPECT_EQ(bent("batch_wrong_dtype", "", keras()).status(), "completed");
  EXPECT_EQ(bent("batch_wrong_rank", "", keras()).status(), "completed");
}

TEST(BatchKinds, InKerasNanReachesTheWeights) {
  const Ran ran = bent("batch_nan", "", keras());
  EXPECT_EQ(ran.status(), "completed");
  EXPECT_TRUE(std::isnan(ran.weights.front()) || std::isnan(ran.weights.back()));
}

TEST(BatchKinds, AShortBatchIsFine) {
  const Ran clean = run(RunSetup{});
  const Ran ran = bent("batch_short", R"(, "missing": 2)", hardened());
  EXPECT_EQ(ran.status(), "completed");
  EXPECT_NE(ran.weights, clean.weights);
}

TEST(BatchKinds, DenormalsAreNumbers) {
  const Ran ran = bent("batch_denormal", "", hardened());
  EXPECT_EQ(ran.status(), "completed");
}

TEST(BatchKinds, ALabelOutOfRangeIsRefusedInBothProfiles) {
  for (const Policy& policy : {hardened(), keras()}) {
    const Ran ran = run({.faults = {second_batch("label_out_of_range", R"(, "label": 7)")},
                         .policy = policy,
                         .loss = "sparse_categorical_crossentropy"});
    EXPECT_EQ(ran.result.error.value().type, "BadBatch");
    EXPECT_THAT(ran.error(), HasSubstr("7"));
  }
}

TEST(BatchKinds, AStaleBufferHasTheNewNameAndTheOldContents) {
  const Ran clean = run(RunSetup{});
  const Ran stale = bent("batch_stale", "", hardened());
  EXPECT_THAT(stale.served, ElementsAre("epoch 0: 0 1 2", "epoch 1: 0 1 2"));
  EXPECT_EQ(stale.losses[0], clean.losses[0]);
  EXPECT_NE(stale.losses[1], clean.losses[1]);
  EXPECT_EQ(run({.faults = {R"({"kind": "batch_stale"})"}}).addresses.front(),
            "0/0/0/1/source.fetch[numbered]#0")
      << "there is nothing old before the first batch";
}

// The loop looks at no batch's number, which would betray it.
Policy trusting() {
  Policy policy = hardened();
  policy.data.batch_identity = BatchIdentity::trusted;
  return policy;
}

TEST(BatchKinds, ADuplicateKeepsItsName) {
  for (const bool stream : {false, true}) {
    const Ran ran =
        run({.faults = {second_batch("batch_duplicated")}, .policy = trusting(), .stream = stream});
    EXPECT_EQ(ran.served.front(), stream ? "epoch 0: 0 0 1 2" : "epoch 0: 0 0 2");
  }
}

TEST(BatchKinds, BatchesChangePlaces) {
  const char* swap = R"({"kind": "batch_reordered", "at": {"epoch": 0}, "skip": 1, "times": 2})";
  for (const bool stream : {false, true}) {
    const Ran ran = run({.faults = {swap}, .policy = trusting(), .stream = stream});
    EXPECT_THAT(ran.served, ElementsAre("epoch 0: 0 2 1", "epoch 1: 0 1 2"));
  }
}

TEST(GeneratorKinds, ASourceThatEndsEarlyFailsTheHardenedRun) {
  const Ran hard = bent("source_exhausts_early", "", hardened());
  EXPECT_EQ(hard.error(), "DataExhausted: numbered ran out of data: 1 of 3 batches came");
  const Ran soft = bent("source_exhausts_early", "", keras());
  EXPECT_EQ(soft.status(), "completed");
  EXPECT_THAT(soft.served, ElementsAre("epoch 0: 0", "epoch 1: 0 1 2"));
  ASSERT_EQ(soft.result.warnings.size(), 1U);
  EXPECT_EQ(soft.result.warnings.front().id, "data.ran_out");
}

TEST(GeneratorKinds, AnEndlessSourceGivesItsLastBatchAgain) {
  const Ran ran = run({.faults = {R"({"kind": "source_never_ends", "times": "always"})"},
                       .policy = trusting(),
                       .epochs = 1,
                       .steps = 5,
                       .stream = true});
  EXPECT_THAT(ran.served, ElementsAre("epoch 0: 0 1 2 2 2"));
}

TEST(GeneratorKinds, ASourceMayYieldAfterItsEnd) {
  FaultyWorld world;
  world.injector.plan(fault_from(R"({"kind": "source_yields_after_end", "times": "always"})"));
  int made = 0;
  const auto source = wrap(from_generator_fn([&made](Batch& out) {
                             out.x = Tensor({1}, static_cast<float>(++made));
                             return made <= 2;
                           }),
                           world.injector);
  Batch batch;
  EXPECT_TRUE(source->fetch(0, batch));
  EXPECT_TRUE(source->fetch(1, batch));
  EXPECT_FALSE(source->fetch(2, batch));
  EXPECT_TRUE(source->fetch(3, batch));
  EXPECT_EQ(batch.x[0], 2.0F);
}

TEST(GeneratorKinds, ASourceThrowsBeforeOrAfterItsWork) {
  for (const Policy& policy : {hardened(), keras()}) {
    const Ran before =
        bent("source_throws", R"(, "error": "KeyError", "message": "no such row")", policy);
    EXPECT_EQ(before.error(), "KeyError: no such row");
    EXPECT_EQ(before.result.error.value().phase, "fetch");
    const Ran after = bent("source_throws", R"(, "after": true, "error": "non-standard")", policy);
    EXPECT_EQ(after.error(), "non-standard: an exception that is no std::exception");
  }
}

TEST(GeneratorKinds, WhatLooksLikeTheEndOfAnIterationIsAnError) {
  const Ran ran = bent("source_throws", R"(, "error": "DataExhausted")", hardened());
  EXPECT_EQ(ran.error(), "DataExhausted: injected");
}

TEST(GeneratorKinds, TheSourcesOwnEpochEndThrows) {
  for (const Policy& policy : {hardened(), keras()}) {
    const Ran ran = run(R"({"kind": "epoch_end_hook_throws", "error": "ValueError"})", policy);
    EXPECT_EQ(ran.error(), "ValueError: injected");
  }
}

TEST(GeneratorKinds, ALengthThatIsTooBigShowsWhenTheDataIsGone) {
  const Ran hard = run(R"({"kind": "length_lies", "by": 2, "times": "always"})", hardened());
  EXPECT_EQ(hard.error(), "IndexError: numbered: there is no batch 3, the source has 3");
  EXPECT_THAT(hard.served, ElementsAre("epoch 0: 0 1 2"));
}

TEST(GeneratorKinds, ALengthThatIsTooSmallLosesBatchesSilently) {
  for (const Policy& policy : {hardened(), keras()}) {
    const Ran ran = run(R"({"kind": "length_lies", "by": -1, "times": "always"})", policy);
    EXPECT_EQ(ran.status(), "completed");
    EXPECT_THAT(ran.served, ElementsAre("epoch 0: 0 1", "epoch 1: 0 1"));
  }
}

TEST(GeneratorKinds, ALengthMayChangeFromQuestionToQuestion) {
  const Ran ran =
      run(R"({"kind": "length_lies", "by": -1, "changes": true, "times": "always"})", hardened());
  EXPECT_NE(ran.status(), "completed");
}

TEST(GeneratorKinds, AResetThatDoesNothingLeavesAStreamAtItsEnd) {
  const Ran ran = run({.faults = {R"({"kind": "reset_does_nothing", "skip": 1})"}, .stream = true});
  EXPECT_THAT(ran.served, ElementsAre("epoch 0: 0 1 2", "epoch 1:"));
  EXPECT_EQ(ran.status(), "failed");
}

TEST(GeneratorKinds, AHangingSourceIsReported) {
  const Ran ran = bent("source_hangs", "", hardened());
  EXPECT_EQ(ran.error(), "Timeout: deadlock: everybody waits and no deadline is left: the loop");
}

TEST(GeneratorKinds, AStallTakesTime) {
  const Ran ran = bent("source_stalls", R"(, "seconds": 2)", hardened());
  EXPECT_EQ(ran.status(), "completed");
  EXPECT_TRUE(ran.trace.front().starts_with("0 "));
  EXPECT_TRUE(ran.trace.back().starts_with("2000000000 "));
}

TEST(GeneratorKinds, TheLastBatchIsDropped) {
  for (const bool stream : {false, true}) {
    const Ran ran = run({.faults = {R"({"kind": "drops_last_batch", "times": "always"})"},
                         .policy = keras(),
                         .stream = stream});
    EXPECT_THAT(ran.served, ElementsAre("epoch 0: 0 1", "epoch 1: 0 1"));
  }
}

}  // namespace
}  // namespace trainwreck::testing
