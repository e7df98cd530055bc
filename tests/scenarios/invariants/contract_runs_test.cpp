#include <gtest/gtest.h>

#include <memory>

#include "scenarios/flow/outcome.h"
#include "tests/scenarios/invariants/sketch.h"

// Clauses about several processes of a story, or about two runs.
namespace trainwreck {
namespace {

using testing::Sketch;

CallOutcome judged_call(std::int64_t run, std::vector<float> weights) {
  return {.began = {.run = run, .fit = 0}, .weights = std::move(weights), .learning_rate = 0.1};
}

// One that is killed, and one that resumes.
Sketch resumed() {
  Sketch sketch;
  sketch.run().checkpoint("publish", "b", "backup");
  sketch.next_call(1).run().checkpoint("load", "b", "backup").ends();
  return sketch;
}

Outcome outcome_with_twin(std::vector<float> weights, std::vector<float> of_twin) {
  Outcome outcome;
  outcome.calls = {judged_call(0, {}), {.began = {.run = 1, .fit = 1}, .weights = weights}};
  outcome.calls[1].learning_rate = 0.1;
  Outcome twin;
  twin.calls = {judged_call(0, std::move(of_twin))};
  outcome.twin = std::make_shared<const Outcome>(std::move(twin));
  return outcome;
}

TEST(P2, WatchingChangesTheWeights) {
  Outcome watched;
  watched.calls = {judged_call(0, {1.0F})};
  Outcome bare;
  bare.calls = {judged_call(0, {1.0F})};
  Outcome outcome;
  outcome.twin = std::make_shared<const Outcome>(std::move(watched));
  outcome.bare = std::make_shared<const Outcome>(std::move(bare));
  EXPECT_EQ(Sketch().asked("P2", &outcome), "kept");
  Outcome other;
  other.calls = {judged_call(0, {2.0F})};
  outcome.bare = std::make_shared<const Outcome>(std::move(other));
  EXPECT_EQ(Sketch().asked("P2", &outcome),
            "call 0 ends with other weights when it is watched: weight 0 is 1 instead of 2");
  EXPECT_EQ(Sketch().asked("P2"), "unknown: needs two more runs to compare");
}

TEST(U1, TheResumedRunEndsElsewhere) {
  const Outcome same = outcome_with_twin({1.0F}, {1.0F});
  EXPECT_EQ(resumed().asked("U1", &same), "kept");
  const Outcome other = outcome_with_twin({1.0F}, {2.0F});
  EXPECT_EQ(
      resumed().asked("U1", &other),
      "the resumed run ends with other weights than an uninterrupted one: weight 0 is 1 instead "
      "of 2");
  EXPECT_EQ(Sketch().asked("U1", &same), "unknown: nothing was resumed");
}

TEST(U1, TheResumedRunHasAnotherHistory) {
  const auto fill = [](History& history, const std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      history.add_epoch(static_cast<std::int64_t>(i));
      history.add_value("loss", static_cast<std::int64_t>(i), values[i]);
    }
  };
  const auto asked = [&](const std::vector<double>& losses, const std::vector<double>& of_twin) {
    Outcome outcome = outcome_with_twin({1.0F}, {1.0F});
    fill(outcome.calls[1].history, losses);
    Outcome twin;
    twin.calls = {judged_call(0, {1.0F})};
    fill(twin.calls[0].history, of_twin);
    outcome.twin = std::make_shared<const Outcome>(std::move(twin));
    return resumed().asked("U1", &outcome);
  };
  const std::string other = "the resumed run ends with another history than an uninterrupted one: ";
  EXPECT_EQ(asked({0.5, 0.25}, {0.5, 0.25}), "kept");
  EXPECT_EQ(asked({0.5, 0.125}, {0.5, 0.25}), other + "loss of epoch 1 is 0.125, not 0.25");
  EXPECT_EQ(asked({0.5}, {0.5, 0.25}), other + "it has the epochs [0], not [0, 1]");
}

TEST(W4, AResumedRunCountsOnFromItsBackup) {
  const auto begun_with = [](std::int64_t step) {
    Sketch sketch;
    sketch.run().step(0, 0, 0).step(0, 1, 1);
    sketch.add(
        traced::Save{.action = traced::Saving::publish, .path = "b", .note = "backup", .step = 2});
    sketch.next_call(1).run().checkpoint("load", "b", "backup").step(0, 2, step);
    return sketch.asked("W4");
  };
  EXPECT_EQ(begun_with(2), "kept");
  EXPECT_EQ(begun_with(0), "a resumed run began with step 0, and its backup stands at 2");
}

TEST(W4, ABackupThatWasBegunAndNotYetToldMayBeThere) {
  const auto begun_with = [](std::int64_t step) {
    Sketch sketch;
    sketch.run().step(0, 0, 0).step(0, 1, 1);
    sketch.add(
        traced::Save{.action = traced::Saving::publish, .path = "b", .note = "backup", .step = 2});
    sketch.step(0, 2, 2);
    sketch.add(
        traced::Save{.action = traced::Saving::begin, .path = "b", .note = "backup", .step = 3});
    sketch.next_call(1).run().checkpoint("load", "b", "backup").step(0, 3, step);
    return sketch.asked("W4");
  };
  EXPECT_EQ(begun_with(2), "kept");
  EXPECT_EQ(begun_with(3), "kept");
  EXPECT_EQ(begun_with(4), "a resumed run began with step 4, and its backup stands at 2");
}

TEST(R2, ASecondSignalIsNoOtherError) {
  Sketch sketch;
  sketch.run().signal(2).signal(2).ends("interrupted", "Interrupted");
  EXPECT_EQ(sketch.asked("R2"), "kept");
}

TEST(U2, AnEpochIsTwiceInTheHistory) {
  Outcome outcome = outcome_with_twin({}, {});
  outcome.calls[1].history.add_epoch(0);
  EXPECT_EQ(resumed().asked("U2", &outcome), "kept");
  outcome.calls[1].history.add_epoch(0);
  EXPECT_EQ(resumed().asked("U2", &outcome), "epoch 0 is twice in the history of the resumed run");
}

TEST(U3, TheSecondResumeEndsElsewhere) {
  Sketch sketch;
  sketch.run().checkpoint("publish", "b", "backup");
  sketch.next_call(1).run().checkpoint("load", "b", "backup");
  sketch.next_call(2).run().checkpoint("load", "b", "backup").ends();
  Outcome same = outcome_with_twin({1.0F}, {1.0F});
  same.calls.push_back({.began = {.run = 2, .fit = 2}, .weights = {1.0F}});
  EXPECT_EQ(sketch.asked("U3", &same), "kept");
  Outcome other = outcome_with_twin({1.0F}, {1.0F});
  other.calls.push_back({.began = {.run = 2, .fit = 2}, .weights = {3.0F}});
  EXPECT_EQ(
      sketch.asked("U3", &other),
      "the second resume ends with other weights than an uninterrupted run: weight 0 is 3 instead "
      "of 1");
}

TEST(U4, AFinishedRunStepsOn) {
  Sketch sketch;
  sketch.run().checkpoint("publish", "b", "backup").ends();
  sketch.next_call(1).run().checkpoint("load", "b", "backup").step(0, 0, 0);
  EXPECT_EQ(sketch.asked("U4"),
            "batch 0 of epoch 0 was stepped by a run that resumed a finished one");
}

TEST(U5, AnotherRunsBackupIsTaken) {
  Sketch sketch;
  sketch.run().checkpoint("publish", "b", "backup").next_call(1);
  sketch.add(traced::RunBegin{.call = traced::Call::fit, .source = "other", .seed = 5});
  sketch.checkpoint("load", "b", "backup").ends();
  EXPECT_EQ(sketch.asked("U5"),
            "b was made with the seed -1 and the data ds, and resumed with 5 and other");
}

TEST(W2, ARetryChangesTheResult) {
  Sketch sketch;
  sketch.run().policy(traced::Choosing::retry).ends();
  Outcome outcome;
  outcome.calls = {judged_call(0, {1.0F})};
  Outcome twin;
  twin.calls = {judged_call(0, {1.5F})};
  outcome.twin = std::make_shared<const Outcome>(std::move(twin));
  EXPECT_EQ(
      sketch.asked("W2", &outcome),
      "call 0 ends with other weights than without its retries: weight 0 is 1 instead of 1.5");
  EXPECT_EQ(sketch.asked("W2"), "unknown: needs a second run to compare with");
}

}  // namespace
}  // namespace trainwreck
