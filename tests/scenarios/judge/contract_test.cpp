#include "scenarios/judge/contract.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "engine/policy/policy.h"
#include "scenarios/flow/outcome.h"
#include "tests/scenarios/invariants/sketch.h"

namespace trainwreck {
namespace {

using testing::Sketch;

constexpr std::string_view kAll =
    "on_train_begin on_train_end on_epoch_begin on_epoch_end on_exception";

// One epoch of two batches, with a callback, a checkpoint and nothing wrong.
Sketch sound() {
  Sketch sketch;
  sketch.run().has("log", 0, kAll).open("train").hook("on_train_begin", "log");
  sketch.open("epoch", 0).hook("on_epoch_begin", "log", 0, 0);
  sketch.ask(0).got(0).batch(0, 0, 0).ask(1).got(1).batch(0, 1, 1).source_ends();
  sketch.hook("on_epoch_end", "log", 0, 0).checkpoint("begin", "a.ckpt");
  sketch.file("create", "a.tmp").file("append", "a.tmp").file("sync", "a.tmp");
  sketch.file("rename", "a.tmp", "a.ckpt").file("sync_directory", ".");
  sketch.checkpoint("publish", "a.ckpt", "best crc32c=1", 0.5).history(0, "loss", 0.5);
  sketch.close("epoch", 0);
  sketch.hook("on_train_end", "log").close("train").ends();
  return sketch;
}

TEST(Contract, ASoundRunBreaksNothing) { EXPECT_EQ(sound().broken(), ""); }

TEST(Contract, ASoundRunKeepsWhateverATraceCanDecide) {
  const ContractReport report = judge_contract({.trace = sound().trace()}, builtin_invariants());
  std::string kept;
  for (const auto& [id, result] : report.results) {
    if (result.keeping == Keeping::kept) kept += id + " ";
  }
  EXPECT_EQ(
      kept,
      "B1 B2 B3 C2 C3 C4 C5 C6 C8 D1 D2 D3 D4 D5 D6 D7 D8 D9 E1 E2 E3 E4 G1 G2 G3 G4 G6 H1 H2 "
      "H3 H4 H5 L1 L2 L4 N1 N2 N3 N4 N5 R1 R2 R4 R5 S1 S2 S3 S4 S5 T1 T2 T3 U4 U5 W1 W2 W3 W4 "
      "W5 Y1 Y2 ");
}

TEST(Contract, WhatAnEngineCannotTellIsUnknown) {
  Trace trace;
  trace.fields = {"scopes"};
  const ContractReport report = judge_contract({.trace = trace}, builtin_invariants());
  EXPECT_EQ(report.results.at("N4").keeping, Keeping::unknown);
  EXPECT_EQ(report.results.at("N4").why_unknown, "the trace does not tell: hooks");
  EXPECT_EQ(report.results.at("N1").keeping, Keeping::kept);
}

TEST(Contract, AMissingEndIsLeftToN4) {
  Sketch sketch;
  sketch.run().has("a", 0, kAll).has("b", 1, kAll).open("train");
  sketch.hook("on_train_begin", "a", 0).hook("on_train_begin", "b", 1).open("epoch", 0);
  sketch.hook("on_epoch_begin", "a", 0, 0).hook("on_epoch_begin", "b", 1, 0, "ValueError");
  sketch.close("epoch", 0, -1, "failed").close("train", -1, -1, "failed");
  sketch.ends("failed", "ValueError");
  EXPECT_EQ(sketch.asked("N4"),
            "on_train_end of a is missing: train ended failed; on_train_end of b is missing: train "
            "ended failed; on_epoch_end of a is missing: epoch 0 ended failed");
  EXPECT_EQ(sketch.broken(), "N4 N4 N4");
}

TEST(N1, AScopeStaysOpen) {
  Sketch sketch;
  sketch.run().open("test").ends();
  EXPECT_EQ(sketch.asked("N1"), "test (test) is still open at the end of the run");
}

TEST(N1, AScopeEndsThatIsNotOpen) {
  Sketch sketch;
  sketch.run().close("epoch", 3).ends();
  EXPECT_EQ(sketch.asked("N1"), "epoch of epoch 3 ends, but is not open");
}

TEST(N1, AnEpochStandsAlone) {
  Sketch sketch;
  sketch.run().open("epoch", 0).close("epoch", 0).ends();
  EXPECT_EQ(sketch.asked("N1"), "epoch begins inside of nothing");
}

TEST(N2, AHookComesTwice) {
  Sketch sketch;
  sketch.run().open("train").hook("on_train_end", "a").hook("on_train_end", "a");
  sketch.close("train").ends();
  EXPECT_EQ(sketch.asked("N2"), "on_train_end of a came twice at train");
}

TEST(N3, HooksRunBackwards) {
  Sketch sketch;
  sketch.run().open("train").hook("on_train_begin", "b", 1).hook("on_train_begin", "a", 0);
  EXPECT_EQ(sketch.asked("N3"), "on_train_begin of a ran after that of b at train");
}

TEST(N4, AnEndComesToWhomeverRaisedInTheBegin) {
  Sketch sketch;
  sketch.run().has("a", 0, kAll).open("train").hook("on_train_begin", "a", 0, -1, "KeyError");
  sketch.hook("on_train_end", "a").close("train", -1, -1, "failed").ends("failed", "KeyError");
  EXPECT_EQ(sketch.asked("N4"),
            "on_train_end of a came at train, though its on_train_begin raised KeyError");
}

TEST(N4, AnEndIsToldAnotherStatus) {
  Sketch sketch;
  sketch.run().open("train").hook("on_train_begin", "a");
  sketch.enter("on_train_end", "a", 0, -1, "completed").leave("on_train_end", "a");
  sketch.close("train", -1, -1, "stopped").ends("stopped");
  EXPECT_EQ(sketch.asked("N4"),
            "on_train_end of a was told completed at train, which ended stopped");
}

TEST(N4, AKilledRunOwesNothing) {
  Sketch sketch;
  sketch.run().has("a", 0, kAll).open("train").hook("on_train_begin", "a");
  const KnownEnds killed{.watched = {{0, {.by_itself = false, .text = "was killed"}}}};
  const auto keeping = [&](const KnownEnds& known) {
    return judge_contract({.trace = sketch.trace()}, builtin_invariants(), known)
        .results.at("N4")
        .keeping;
  };
  EXPECT_EQ(keeping(killed), Keeping::kept);
  EXPECT_EQ(keeping({}), Keeping::unknown);
  EXPECT_EQ(keeping({.must_end = true}), Keeping::broken);
}

TEST(N5, AHookComesOutsideOfItsScope) {
  Sketch sketch;
  sketch.run().open("train").hook("on_epoch_end", "a", 0, 1).close("train").ends();
  EXPECT_EQ(sketch.asked("N5"), "on_epoch_end of a came at epoch 1, outside of its scope");
}

TEST(E1, AnEpochIsSkipped) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).close("epoch", 0).open("epoch", 2).close("epoch", 2);
  EXPECT_EQ(sketch.asked("E1"), "epoch 2 came after epoch 0");
}

TEST(E2, AnEpochNeverEnds) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).close("train").ends();
  EXPECT_EQ(sketch.asked("E2"), "epoch 0 never ended");
  EXPECT_EQ(sketch.broken(), "E2");
}

TEST(E3, AnEpochHasNoBatch) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).close("epoch", 0).close("train").ends();
  EXPECT_EQ(sketch.asked("E3"), "epoch 0 completed without a batch");
}

TEST(E3, ThePolicyMayAllowIt) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).close("epoch", 0).close("train").ends();
  const Policy policy = keras();
  const ContractReport report =
      judge_contract({.trace = sketch.trace(), .policy = &policy}, builtin_invariants());
  EXPECT_EQ(report.results.at("E3").keeping, Keeping::kept);
}

TEST(E4, ValidationComesAfterEpochEnd) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).hook("on_epoch_end", "a", 0, 0).open("test", 0);
  EXPECT_EQ(sketch.asked("E4"), "validation of epoch 0 began after on_epoch_end of a");
}

TEST(E4, ValidationComesAfterAFailure) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).step(0, 3, 3, "failed").open("test", 0);
  EXPECT_EQ(sketch.asked("E4"),
            "validation of epoch 0 began after the failure at epoch 0, batch 3");
}

TEST(T1, TrainingBeginsTwice) {
  Sketch sketch;
  sketch.run().open("train").close("train").open("train").close("train").ends();
  EXPECT_EQ(sketch.asked("T1"), "the training began a second time");
}

TEST(T2, TrainingNeverEnds) {
  Sketch sketch;
  sketch.run().open("train").ends();
  EXPECT_EQ(sketch.asked("T2"), "the training never ended");
  EXPECT_EQ(sketch.broken(), "T2");
}

TEST(T3, AHookComesAfterTheEnd) {
  Sketch sketch;
  sketch.run().open("train").close("train").hook("on_epoch_end", "a", 0, 0).ends();
  EXPECT_EQ(sketch.asked("T3"), "on_epoch_end of a came after the end of the training");
  EXPECT_EQ(sketch.broken(), "T3");
}

TEST(T3, WhatFailsInTheLastHookIsToldOfAfterIt) {
  Sketch sketch;
  sketch.run().open("train").hook("on_train_end", "a", 0, -1, "ValueError");
  sketch.close("train", -1, -1, "failed").hook("on_exception", "a").ends("failed", "ValueError");
  EXPECT_EQ(sketch.asked("T3"), "kept");
}

TEST(H1, ABeginIsSkippedWithoutAnError) {
  Sketch sketch;
  sketch.run().has("a", 0, kAll).open("train").close("train").ends();
  EXPECT_EQ(sketch.asked("H1"),
            "on_train_begin of a is missing at train, and none before it raised");
}

TEST(H2, AScopeStaysOpenForItsCallback) {
  Sketch sketch;
  sketch.run().open("test").hook("on_test_begin", "a").ends();
  EXPECT_EQ(sketch.asked("H2"), "test (test) stays open for a");
}

TEST(H3, AnEndHookBlocksTheOuterScope) {
  Sketch sketch;
  sketch.run().open("train").open("epoch", 0).hook("on_epoch_end", "a", 0, 0, "KeyError");
  sketch.close("epoch", 0, -1, "failed").ends("failed", "KeyError");
  EXPECT_EQ(sketch.asked("H3"),
            "on_epoch_end of a raised KeyError, and train (train) was never closed");
}

TEST(H4, OnExceptionComesTwice) {
  Sketch sketch;
  sketch.run().hook("on_exception", "a").hook("on_exception", "a").ends("failed", "KeyError");
  EXPECT_EQ(sketch.asked("H4"), "on_exception of a came twice in a run");
}

TEST(H5, StopIterationEndsTheRunQuietly) {
  Sketch sketch;
  sketch.run().open("train").hook("on_train_begin", "a", 0, -1, "StopIteration").close("train");
  sketch.ends();
  EXPECT_EQ(sketch.asked("H5"), "on_train_begin of a raised StopIteration, and the run completed");
}

TEST(R1, AnotherErrorWins) {
  Sketch sketch;
  sketch.run().open("train").hook("on_train_begin", "a", 0, -1, "KeyError");
  sketch.close("train", -1, -1, "failed").ends("failed", "ValueError");
  EXPECT_EQ(sketch.asked("R1"),
            "on_train_begin of a raised KeyError first, and the run says ValueError");
}

TEST(R2, AnErrorIsLost) {
  Sketch sketch;
  sketch.run().open("train").hook("on_train_begin", "a", 0, -1, "KeyError");
  sketch.hook("on_train_end", "b", 1, -1, "ValueError").ends("failed", "KeyError");
  EXPECT_EQ(sketch.asked("R2"), "2 errors were raised and 1 reported");
}

TEST(R3, AHooksErrorNamesNoCallback) {
  Sketch sketch;
  sketch.run().ends("failed", "KeyError");
  Outcome outcome;
  outcome.calls.push_back({.began = {.run = 0, .fit = 0}});
  outcome.calls[0].error = ErrorRecord{.type = "KeyError", .phase = "on_epoch_end"};
  EXPECT_EQ(sketch.asked("R3", &outcome), "KeyError in on_epoch_end names no callback");
  outcome.calls[0].error->callback = "log";
  EXPECT_EQ(sketch.asked("R3", &outcome), "kept");
}

TEST(R4, AFaultIsAbsorbed) {
  Sketch sketch;
  sketch.run().fault("nan_loss", 1, 2).ends();
  EXPECT_EQ(sketch.asked("R4"), "nan_loss struck at epoch 1, batch 2, and nothing was reported");
}

TEST(R4, WhatWasSaidBeforeAFaultDoesNotSpeakOfIt) {
  Sketch warned;
  warned.run().add(traced::Warning{.id = "monitor.missing"});
  warned.fault("nan_loss", 1).ends();
  EXPECT_EQ(warned.asked("R4"), "nan_loss struck at epoch 1, and nothing was reported");
  Sketch after;
  after.run().fault("nan_loss", 1).add(traced::Warning{.id = "loss.nan"}).ends();
  EXPECT_EQ(after.asked("R4"), "kept");
}

TEST(R4, AnErrorBeforeAFaultDoesNotSpeakOfIt) {
  const auto asked = [](bool fault_first, std::int64_t suppressed) {
    Sketch sketch;
    sketch.run().open("train");
    if (fault_first) sketch.fault("disk_full", 1);
    sketch.hook("on_train_begin", "a", 0, -1, "KeyError");
    if (!fault_first) sketch.fault("disk_full", 1);
    return sketch.ends("failed", "KeyError", suppressed).asked("R4");
  };
  EXPECT_EQ(asked(true, 0), "kept");
  EXPECT_EQ(asked(false, 0), "disk_full struck at epoch 1, and nothing was reported");
  EXPECT_EQ(asked(false, 1), "kept");
}

TEST(R4, AStallMayBeHarmless) {
  Sketch sketch;
  sketch.run().fault("step_stalls", 1).ends();
  EXPECT_EQ(sketch.asked("R4"), "unknown: step_stalls struck at epoch 1, which may be harmless");
}

TEST(R5, AFailedStepIsCalledCompleted) {
  Sketch sketch;
  sketch.run().step(0, 1, 1, "failed").ends();
  EXPECT_EQ(sketch.asked("R5"),
            "the run says completed, though the step failed at epoch 0, batch 1");
  EXPECT_EQ(sketch.broken(), "R5");
}

}  // namespace
}  // namespace trainwreck
