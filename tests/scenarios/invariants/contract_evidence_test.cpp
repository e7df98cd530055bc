#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "engine/checkpoint/checkpoint_format.h"
#include "scenarios/flow/outcome.h"
#include "tests/scenarios/invariants/sketch.h"

// Clauses that need more than events: checksums, digests, times, what the run left on the disk, or
// another run to compare with. That a sound trace keeps them is in contract_test.cpp; where it
// needs an outcome, it is here.
namespace trainwreck {
namespace {

using testing::Sketch;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

CallOutcome call(std::int64_t run, std::vector<float> weights) {
  return {.began = {.run = run, .fit = 0}, .weights = std::move(weights), .learning_rate = 0.1};
}

std::string checkpoint_bytes(float weight) {
  Checkpoint checkpoint;
  checkpoint.input_row = Shape{1};
  checkpoint.weights.push_back({.name = "w", .shape = Shape{1}, .values = Floats({weight})});
  return encode(checkpoint);
}

TEST(B3, TheBestScoreIsNoneOfTheHistory) {
  Sketch sketch;
  sketch.run().checkpoint("publish", "a", "best", 0.25).history(0, "loss", 0.5);
  EXPECT_EQ(sketch.asked("B3"), "a has the score 0.25, which epoch 0 of the history does not know");
}

TEST(C1, APublishedNameIsDamagedByACrash) {
  const std::string bytes = checkpoint_bytes(1.0F);
  using Kind = DiskOperation::Kind;
  Sketch sketch;
  sketch.run().checkpoint("publish", "a.ckpt");
  Outcome outcome;
  outcome.disk = DiskRecord{{},
                            {{.kind = Kind::create, .path = "a.ckpt"},
                             {.kind = Kind::append, .path = "a.ckpt", .bytes = bytes},
                             {.kind = Kind::sync, .path = "a.ckpt"}}};
  EXPECT_EQ(sketch.asked("C1", &outcome),
            "a crash after operation 1 of the disk leaves a.ckpt damaged");
  outcome.disk = DiskRecord{{},
                            {{.kind = Kind::create, .path = "a.tmp"},
                             {.kind = Kind::append, .path = "a.tmp", .bytes = bytes},
                             {.kind = Kind::sync, .path = "a.tmp"},
                             {.kind = Kind::rename, .path = "a.tmp", .to = "a.ckpt"},
                             {.kind = Kind::sync_directory, .path = "."}}};
  EXPECT_EQ(sketch.asked("C1", &outcome), "kept");
  EXPECT_EQ(sketch.asked("C1"), "unknown: needs the disk at every crash point");
  sketch.fault("lying_sync");
  EXPECT_EQ(sketch.asked("C1", &outcome), "unknown: the disk said that it had synced, and had not");
}

Sketch published_after_syncing(std::string_view folder, std::string_view status = "ok") {
  Sketch sketch;
  sketch.run().file("append", "ck/a.tmp").file("sync", "ck/a.tmp");
  sketch.file("rename", "ck/a.tmp", "ck/a").file("sync_directory", folder, status);
  sketch.checkpoint("publish", "ck/a");
  return sketch;
}

TEST(C2, TheDirectoryThatIsSyncedIsItsOwn) {
  const std::string missing = "ck/a was published without a sync of its directory after the rename";
  EXPECT_EQ(published_after_syncing("ck").asked("C2"), "kept");
  EXPECT_EQ(published_after_syncing("ck/").asked("C2"), "kept");
  EXPECT_EQ(published_after_syncing(".").asked("C2"), missing);
  EXPECT_EQ(published_after_syncing("other").asked("C2"), missing);
  EXPECT_EQ(published_after_syncing("ck", "IoError").asked("C2"), missing);
}

TEST(C3, RoomIsMadeForASaveThatFails) {
  Sketch early;
  early.run().checkpoint("publish", "a").checkpoint("publish", "b");
  early.hook("on_epoch_end", "saver", 0, 2).checkpoint("delete", "a").checkpoint("begin", "c");
  EXPECT_EQ(early.asked("C3"), "kept");
  early.checkpoint("fail", "c");
  EXPECT_EQ(early.asked("C3"),
            "a was deleted at epoch 1, batch 0 to make room for c, which was never saved");
  Sketch within;
  within.run().checkpoint("publish", "a").checkpoint("publish", "b").checkpoint("begin", "c");
  within.checkpoint("delete", "a").checkpoint("fail", "c");
  EXPECT_EQ(within.asked("C3"),
            "a was deleted at epoch 1, batch 0 to make room for c, which was never saved");
}

TEST(C3, RoomIsMadeBecauseOfASave) {
  Sketch sketch;
  sketch.run().checkpoint("publish", "a").hook("on_epoch_end", "saver", 0, 1);
  sketch.checkpoint("begin", "b").checkpoint("publish", "b").checkpoint("delete", "a");
  sketch.hook("on_epoch_end", "saver", 0, 2).checkpoint("begin", "c").checkpoint("fail", "c");
  EXPECT_EQ(sketch.asked("C3"), "kept");
}

TEST(C4, APointerIsWrittenInPlaceOrTooEarly) {
  Sketch in_place;
  in_place.run().file("append", "ckpt/training_metadata.json");
  EXPECT_EQ(in_place.asked("C4"), "ckpt/training_metadata.json was written in place");
  Sketch early;
  early.run().checkpoint("begin", "a.ckpt").file("rename", "latest.tmp", "latest");
  EXPECT_EQ(early.asked("C4"), "latest was replaced before a.ckpt was published");
}

TEST(C6, ALeftoverSurvivesOrIsLoaded) {
  Sketch stays;
  stays.run().file("create", "a.ckpt.tmp").file("create", "a.ckpt.1.tmp");
  stays.file("rename", "a.ckpt.1.tmp", "a.ckpt").checkpoint("publish", "a.ckpt");
  EXPECT_EQ(stays.asked("C6"), "a.ckpt was published, and a.ckpt.tmp is still there");
  Sketch loaded;
  loaded.run().checkpoint("load", "a.ckpt.tmp");
  EXPECT_EQ(loaded.asked("C6"), "a.ckpt.tmp, which is unfinished, was loaded");
}

TEST(C7, ACheckpointHoldsANan) {
  Outcome outcome;
  outcome.files["a.ckpt"] = checkpoint_bytes(1.0F);
  EXPECT_EQ(Sketch().asked("C7", &outcome), "kept");
  outcome.files["b.ckpt"] = checkpoint_bytes(std::numeric_limits<float>::infinity());
  EXPECT_EQ(Sketch().asked("C7", &outcome), "b.ckpt holds w, which is not finite");
}

TEST(C8, AnOlderBackupIsTakenWithoutAWord) {
  Sketch sketch;
  sketch.run().checkpoint("publish", "old", "backup").checkpoint("publish", "new", "backup");
  sketch.next_call(1).run().checkpoint("load", "old", "backup");
  EXPECT_EQ(sketch.asked("C8"), "old was loaded without a word, and new is newer");
  sketch.add(traced::Warning{.id = "backup.damaged"});
  EXPECT_EQ(sketch.asked("C8"), "kept");
}

TEST(C8, ReadingTheNewestIsNotTakingIt) {
  Sketch sketch;
  sketch.run().checkpoint("publish", "old", "backup").checkpoint("publish", "new", "backup");
  sketch.next_call(1).run().checkpoint("load", "new", "backup");
  sketch.checkpoint("load", "old", "backup");
  EXPECT_EQ(sketch.asked("C8"), "old was loaded without a word, and new is newer");
  sketch.checkpoint("resume", "new", "");
  EXPECT_EQ(sketch.asked("C8"), "kept");
}

TEST(C8, DeletingAnOlderBackupDoesNotMakeTheNewestForgotten) {
  Sketch sketch;
  sketch.run().checkpoint("publish", "older", "backup").checkpoint("publish", "old", "backup");
  sketch.checkpoint("publish", "new", "backup").checkpoint("delete", "older");
  sketch.next_call(1).run().checkpoint("load", "old", "backup");
  EXPECT_EQ(sketch.asked("C8"), "old was loaded without a word, and new is newer");
}

TEST(C9, ADamagedFileIsLoaded) {
  Sketch sketch;
  sketch.run().checkpoint("load", "a.ckpt");
  Outcome outcome;
  outcome.files["a.ckpt"] = checkpoint_bytes(1.0F);
  EXPECT_EQ(sketch.asked("C9", &outcome), "kept");
  outcome.files["a.ckpt"].pop_back();
  EXPECT_EQ(sketch.asked("C9", &outcome), "a.ckpt is no whole checkpoint, and was loaded");
}

TEST(D3, ABatchChangesOnItsWay) {
  Sketch sketch;
  sketch.run().ask(0).got(0).checksum(7).step(0, 0, 0).checksum(7);
  EXPECT_EQ(sketch.asked("D3"), "kept");
  sketch.ask(1).got(1).checksum(8).step(0, 1, 1).checksum(7);
  EXPECT_EQ(sketch.asked("D3"), "the batch of epoch 0, batch 1 is not as it came from ds");
}

TEST(D9, BatchesAreFetchedForNothing) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).ask(0).got(0).step(0, 0, 0).ask(1).got(1);
  sketch.ask(2).got(2).close("epoch", 0, -1, "stopped");
  EXPECT_EQ(sketch.asked("D9"), "2 batches were fetched for nothing when epoch 0 was cut short");
}

TEST(G1, ASignalIsSeenLateOrNever) {
  Sketch late;
  late.run().fault("sigterm").signal(15).after_ms(250).ends("interrupted", "Interrupted");
  EXPECT_EQ(late.asked("G1"), "sigterm was seen after 250 ms");
  Sketch never;
  never.run().fault("sigint", 2).ends();
  EXPECT_EQ(never.asked("G1"), "sigint at epoch 2 was never seen");
}

TEST(G2, TheGraceTimeIsOver) {
  Sketch sketch;
  sketch.run().signal(15);
  EXPECT_EQ(sketch.asked("G2"),
            "signal 15 was seen at epoch 0, and the run did not end in its "
            "grace time");
}

TEST(G6, ASignalBreaksASaveOff) {
  Sketch sketch;
  sketch.run().checkpoint("begin", "a").signal(15).ends("interrupted", "Interrupted");
  EXPECT_EQ(sketch.asked("G6"), "the save of a was broken off by a signal");
}

TEST(L1, NobodyNoticesASilence) {
  Sketch sketch;
  sketch.run().ask(0).got(0).after_ms(61'000).ends();
  EXPECT_EQ(sketch.asked("L1"), "ds was silent for 61 s at epoch 0, batch 0, and nobody noticed");
  Sketch jump;
  jump.run().ask(0).fault("clock_jump").got(0).after_ms(61'000).ends();
  EXPECT_EQ(jump.asked("L1"), "kept");
}

TEST(L3, AWaitLastsForEver) {
  Outcome outcome;
  outcome.calls.push_back(call(0, {}));
  EXPECT_EQ(Sketch().asked("L3", &outcome), "kept");
  outcome.calls[0].ending = Ending::hung;
  EXPECT_EQ(Sketch().asked("L3", &outcome), "call 0 of run 0 hung");
  EXPECT_EQ(Sketch().asked("L3"), "unknown: a trace that ends does not say why");
}

TEST(L4, TooManyRetries) {
  Sketch sketch;
  sketch.run();
  for (int i = 0; i < 9; ++i) sketch.policy(traced::Choosing::retry);
  EXPECT_EQ(sketch.asked("L4"), "the 10th try at epoch 0");
}

TEST(S5, AStopIsDelayedTooFar) {
  Sketch sketch;
  sketch.run()
      .open("train")
      .policy(traced::Choosing::delay_stop, 2)
      .open("epoch", 1)
      .close("epoch", 1);
  EXPECT_EQ(sketch.asked("S5"), "kept");
  sketch.open("epoch", 2);
  EXPECT_EQ(sketch.asked("S5"), "epoch 2 began, and the stop was delayed to epoch 2");
}

TEST(W1, AFailedStepChangesTheModel) {
  Sketch sketch;
  const auto attempt = [&](std::int64_t before, std::int64_t after) {
    sketch.add(traced::StepBegin{.epoch = 0, .batch = 1}).digest(before);
    sketch.add(traced::StepEnd{.epoch = 0, .batch = 1, .outcome = traced::Stepping::failed});
    sketch.digest(after);
  };
  sketch.run();
  attempt(7, 7);
  EXPECT_EQ(sketch.asked("W1"), "kept");
  attempt(7, 8);
  EXPECT_EQ(sketch.asked("W1"),
            "the step at epoch 0, batch 1 was not committed (failed), and has changed the model");
}

TEST(W3, AStepMakesAWeightNan) {
  Sketch sketch;
  sketch.run().step(0, 0, 0).not_finite();
  EXPECT_EQ(sketch.asked("W3"), "the step at epoch 0, batch 0 made a weight that is not finite");
}

TEST(W5, ASkippedStepCounts) {
  Sketch sketch;
  sketch.run().ask(0).got(0).step(0, 0, 0, "committed", 1.0).ask(1).got(1);
  sketch.step(0, 1, 1, "bad batch", 3.0).history(0, "loss", 2.0);
  EXPECT_EQ(sketch.asked("W5"), "the loss of epoch 0 is 2, and its committed steps make 1");
  EXPECT_EQ(sketch.asked("Y2"), "kept");
}

TEST(X1, TheExitCodeSaysSomethingElse) {
  Sketch sketch;
  sketch.run().signal(15).ends("interrupted", "Interrupted");
  Outcome outcome;
  outcome.processes.push_back({.run = 0, .exit_code = 143});
  EXPECT_EQ(sketch.asked("X1", &outcome), "kept");
  outcome.processes[0].exit_code = 0;
  EXPECT_EQ(sketch.asked("X1", &outcome),
            "process 0 exited with 0, and its last run interrupted, which is 143");
  EXPECT_EQ(sketch.asked("X1"), "unknown: needs a real process");
}

TEST(Y2, TheHistoryIsNotWhatTheStepsMake) {
  Sketch sketch;
  sketch.run().ask(0).got(0).step(0, 0, 0, "committed", 1.0).ask(1).got(1);
  sketch.step(0, 1, 1, "committed", 3.0).history(0, "loss", 3.0);
  EXPECT_EQ(sketch.asked("Y2"), "the loss of epoch 0 is 3, and its steps make 2");
}

TEST(Y2, ANanIsWhatANanMakes) {
  Sketch sketch;
  sketch.run().ask(0).got(0).step(0, 0, 0, "committed", kNan).history(0, "loss", kNan);
  EXPECT_EQ(sketch.asked("Y2"), "kept");
}

}  // namespace
}  // namespace trainwreck
