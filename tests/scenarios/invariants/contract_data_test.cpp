#include <gtest/gtest.h>

#include <limits>

#include "scenarios/flow/outcome.h"
#include "tests/scenarios/invariants/sketch.h"

// Clauses about stops, signals, data, steps and what a run leaves behind.
namespace trainwreck {
namespace {

using testing::Sketch;

TEST(S1, AStepFollowsTheRequest) {
  Sketch sketch;
  sketch.run().step(0, 0, 0).stop("es").step(0, 1, 1).ends("stopped");
  EXPECT_EQ(sketch.asked("S1"), "batch 1 of epoch 0 was stepped after the stop request of es");
  EXPECT_EQ(sketch.asked("S2"), "kept");
}

TEST(S2, AStepFollowsTheRequestOfABeginHook) {
  Sketch sketch;
  sketch.run().open("train").enter("on_train_begin", "es").stop("es");
  sketch.leave("on_train_begin", "es").step(0, 0, 0).close("train").ends("stopped");
  EXPECT_EQ(sketch.asked("S2"),
            "batch 0 of epoch 0 was stepped though es asked to stop in a begin hook");
  EXPECT_EQ(sketch.asked("S1"), "kept");
}

TEST(S3, ARequestIsForgotten) {
  Sketch sketch;
  sketch.run().stop("es", 2).ends();
  EXPECT_EQ(sketch.asked("S3"), "es asked to stop at epoch 2, and the run completed");
}

TEST(S4, StoppingIsCalledAFailure) {
  Sketch sketch;
  sketch.run().stop("es").ends("failed");
  EXPECT_EQ(sketch.asked("S4"), "es asked to stop, and the run failed without an error");
}

TEST(G3, ASignalIsNoFailure) {
  Sketch sketch;
  sketch.run().add(traced::Signal{.number = 15, .epoch = 0}).ends("failed", "Interrupted");
  EXPECT_EQ(sketch.asked("G3"), "signal 15 came at epoch 0, and the run failed");
}

TEST(G4, ACheckpointIsBegunAfterTheSecondSignal) {
  Sketch sketch;
  sketch.run().add(traced::Signal{.number = 15}).add(traced::Signal{.number = 15});
  sketch.checkpoint("begin", "a.ckpt");
  EXPECT_EQ(sketch.asked("G4"), "a.ckpt was begun after the second signal");
}

TEST(D1, ABatchIsNotStepped) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).ask(0).got(0).ask(1).got(1).step(0, 0, 0);
  sketch.close("epoch", 0).close("train").ends();
  EXPECT_EQ(sketch.asked("D1"), "batch 0 of ds came in epoch 0 and was not stepped");
}

TEST(D1, ABatchComesTwice) {
  Sketch sketch;
  sketch.run()
      .open("train")
      .open("epoch", 0)
      .ask(0)
      .got(0)
      .step(0, 0, 0)
      .ask(1)
      .got(0)
      .step(0, 1, 1);
  sketch.close("epoch", 0).close("train").ends();
  EXPECT_EQ(sketch.asked("D1"), "batch 0 of ds came twice in epoch 0");
}

TEST(D2, AnotherBatchComesThanWasAskedFor) {
  Sketch sketch;
  sketch.run().ask(0).got(0).ask(1).got(5);
  EXPECT_EQ(sketch.asked("D2"), "ds was asked for batch 1 at epoch 0, batch 1 and gave 5");
}

TEST(D4, TheSourceHearsNothing) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).ask(0).got(0).close("epoch", 0).close("train").ends();
  EXPECT_EQ(sketch.asked("D4"),
            "on_epoch_end of the source ds is missing: epoch 0 ended completed");
}

TEST(D4, TheSourceHearsItBeforeTheTraining) {
  Sketch sketch;
  sketch.run().ask(0).got(0).source_ends(-1).open("train");
  EXPECT_EQ(sketch.asked("D4"), "on_epoch_end of the source ds came outside of any epoch");
}

TEST(D5, AnEarlyEndIsAWarningAlone) {
  Sketch sketch;
  sketch.run().add(traced::Warning{.id = "data.ran_out", .text = "gone", .epoch = 1});
  EXPECT_EQ(sketch.asked("D5"), "the data ended early at epoch 1, with a warning alone: gone");
}

TEST(D6, AFailedSourceIsAskedAgain) {
  Sketch sketch;
  sketch.run().ask(0).got(0, "raised").ask(1);
  EXPECT_EQ(sketch.asked("D6"), "ds was asked again at epoch 0, batch 1 after it had raised");
}

TEST(D7, MoreIsSkippedThanAllowed) {
  Sketch sketch;
  sketch.run().add(traced::Policy{.choice = traced::Choosing::skip, .epoch = 0, .batch = 4});
  EXPECT_EQ(sketch.asked("D7"), "skip 1 at epoch 0, batch 4, and 0 are allowed");
}

TEST(D8, ABadBatchIsCommitted) {
  Sketch sketch;
  sketch.run().ask(0).add(traced::Fault{.kind = "batch_nan"}).got(0).step(0, 0, 0);
  EXPECT_EQ(sketch.asked("D8"), "batch_nan at epoch 0, batch 0 was stepped and committed");
}

TEST(D8, TheWidthOfTheFirstBatchIsTheModels) {
  Sketch first;
  first.run().ask(0).add(traced::Fault{.kind = "batch_wrong_width"}).got(0).step(0, 0, 0);
  EXPECT_EQ(first.asked("D8"), "kept");
  Sketch second;
  second.run().ask(0).got(0).step(0, 0, 0);
  second.ask(1).add(traced::Fault{.kind = "batch_wrong_width"}).got(1).step(0, 1, 1);
  EXPECT_EQ(second.asked("D8"), "batch_wrong_width at epoch 0, batch 1 was stepped and committed");
}

TEST(W3, ANanIsCommitted) {
  Sketch sketch;
  sketch.run().step(0, 2, 2, "committed", std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(sketch.asked("W3"), "a step was committed at epoch 0, batch 2 with the loss nan");
}

TEST(W4, AFailedStepIsCounted) {
  Sketch sketch;
  sketch.run().step(0, 0, 0, "failed").step(0, 1, 1);
  EXPECT_EQ(sketch.asked("W4"), "step 1 began at epoch 0, batch 1, and 0 was due");
}

TEST(C2, PublishedWithoutARename) {
  Sketch sketch;
  sketch.run().file("append", "a.ckpt").checkpoint("publish", "a.ckpt");
  EXPECT_EQ(sketch.asked("C2"), "a.ckpt was published without a rename to it");
}

TEST(C2, PublishedWithoutASync) {
  Sketch sketch;
  sketch.run().file("append", "a.tmp").file("rename", "a.tmp", "a.ckpt");
  sketch.file("sync_directory", ".").checkpoint("publish", "a.ckpt");
  EXPECT_EQ(sketch.asked("C2"),
            "a.ckpt was published without a sync of its data before the rename");
}

TEST(C3, TheOnlyCheckpointIsDeleted) {
  Sketch sketch;
  sketch.run().checkpoint("publish", "a.ckpt").checkpoint("delete", "a.ckpt");
  EXPECT_EQ(sketch.asked("C3"),
            "a.ckpt was deleted at epoch 1, batch 0 before another was published");
}

TEST(C5, AFailedSaveIsSwallowed) {
  Sketch sketch;
  sketch.run().checkpoint("fail", "a.ckpt", "IoError").ends();
  EXPECT_EQ(sketch.asked("C5"), "a.ckpt could not be saved (IoError), and nobody was told");
}

TEST(B1, TheBestGetsWorse) {
  Sketch sketch;
  sketch.run().enter("on_epoch_end", "mc");
  for (const double score : {3.0, 2.0, 2.5}) sketch.checkpoint("publish", "a", "best", score);
  EXPECT_EQ(sketch.asked("B1"),
            "the best score of mc went from 2 to 2.5, the other way than before");
}

TEST(B1, TwoSaversOfOneNameAreJudgedApart) {
  Sketch sketch;
  sketch.run();
  for (const double score : {3.0, 2.0, 1.0}) {
    sketch.enter("on_epoch_end", "mc", 0).checkpoint("publish", "low", "best", score);
    sketch.enter("on_epoch_end", "mc", 1).checkpoint("publish", "high", "best", 1.0 - score);
  }
  EXPECT_EQ(sketch.asked("B1"), "kept");
}

TEST(B2, NanIsTheBest) {
  Sketch sketch;
  sketch.run().checkpoint("publish", "a", "best", std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(sketch.asked("B2"), "a was published as the best with the score NaN");
}

TEST(L2, TwoEpochsInARowAreEmpty) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).close("epoch", 0).open("epoch", 1).close("epoch", 1);
  EXPECT_EQ(sketch.asked("L2"), "epochs 0 and 1 had no batch");
}

TEST(L5, ATaskIsLeft) {
  Outcome outcome;
  outcome.resources.tasks_left = 2;
  const ContractReport report =
      judge_contract({.trace = outcome.trace, .outcome = &outcome}, builtin_invariants());
  ASSERT_EQ(report.breaches.size(), 1U);
  EXPECT_EQ(report.breaches[0].message, "2 tasks were left");
}

TEST(G5, AHandlerStays) {
  Outcome outcome;
  EXPECT_EQ(Sketch().asked("G5", &outcome), "unknown: needs a real process to its end");
  outcome.resources.handlers_left.emplace();
  EXPECT_EQ(Sketch().asked("G5", &outcome), "kept");
  outcome.resources.handlers_left = {15};
  EXPECT_EQ(Sketch().asked("G5", &outcome), "signal 15 has another handler than before");
}

TEST(Y1, AnEpochIsNotInTheHistory) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).close("epoch", 0).close("train").ends();
  EXPECT_EQ(sketch.asked("Y1"), "epochs [0] ended, and the history records []");
}
}  // namespace
}  // namespace trainwreck
