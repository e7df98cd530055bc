#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/story.h"

// Method: each assertion is stated once so that it holds and once or more so that it does not,
// about the same plain story; the texts are what a person would read.
namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

std::string then(const std::string& assertion) { return R"("then": [)" + assertion + "]"; }
std::string plain(const std::string& assertion) { return finding_of(story(then(assertion))); }
std::string struck(const std::string& assertion) {
  return finding_of(story(
      R"("when": [{"kind": "step_throws",
                   "at": {"epoch": 1, "batch": 1, "site": "step.loss"}}], )" +
      then(assertion)));
}

TEST(StatusAssertion, NamesStatusAndError) {
  EXPECT_EQ(plain(R"({"kind": "status", "is": "completed"})"), "held");
  EXPECT_EQ(plain(R"({"kind": "status", "is": "stopped"})"), "stopped -> completed: no error");
  EXPECT_EQ(plain(R"({"kind": "status", "is": "completed", "error": "IoError"})"),
            "completed with IoError -> completed: no error");
}

TEST(RaisesAssertion, LooksAtTypePlaceAndText) {
  EXPECT_EQ(plain(R"({"kind": "raises", "error": "nothing"})"), "held");
  EXPECT_EQ(plain(R"({"kind": "raises", "error": "IoError"})"), "IoError -> nothing was raised");
  EXPECT_THAT(struck(R"({"kind": "raises", "error": "IoError", "epoch": 1, "batch": 0})"),
              HasSubstr("IoError at epoch 1, batch 0 -> "));
  EXPECT_THAT(struck(R"({"kind": "raises", "error": "nothing"})"), HasSubstr("in loss at epoch 1"));
}

TEST(EndingAssertion, TellsDeathFromReturn) {
  EXPECT_EQ(plain(R"({"kind": "ending", "is": "returned"})"), "held");
  EXPECT_EQ(plain(R"({"kind": "ending", "is": "died"})"), "died -> returned");
  const std::string killed =
      story(R"("when": [{"kind": "sigkill", "at": {"epoch": 1, "site": "step.apply"}}], )" +
            then(R"({"kind": "ending", "is": "returned"})"));
  EXPECT_THAT(finding_of(killed), HasSubstr("returned -> died"));
}

TEST(HookRanAssertion, CountsEpochsBatchesAndTimes) {
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_epoch_end", "epochs": [0, 1]})"), "held");
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_epoch_end", "epochs": [0]})"),
            "on_epoch_end in epochs [0] -> in epochs [0, 1]");
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_train_batch_end", "batches": [0, 1]})"),
            "on_train_batch_end for batches [0, 1] -> for batches [0, 1, 0, 1]");
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_train_end", "times": 2})"),
            "on_train_end 2 times -> 1 times");
  EXPECT_EQ(plain(R"({"kind": "hook_ran", "hook": "on_test_begin"})"),
            "on_test_begin at least once -> 0 times");
}

TEST(LossesAreAssertion, ComparesEachStep) {
  const auto asked = [](const std::string& values) {
    return finding_of(
        story(R"("when": [{"kind": "loss_spike", "at": {}, "factor": 0, "times": "always"}], )" +
              then(R"({"kind": "losses_are", "values": )" + values + "}")));
  };
  EXPECT_EQ(asked(R"(["0", "0", "0", "0"])"), "held");
  EXPECT_EQ(asked(R"(["0", "nan"])"), "[0, nan] -> [0, 0, 0, 0]");
}

TEST(PredictionsAreAssertion, CountsThem) {
  const auto asked = [](const std::string& shape) {
    return finding_of(story(R"("runs": [{"do": "predict"}], )" +
                            then(R"({"kind": "predictions_are", "shape": )" + shape + "}")));
  };
  EXPECT_EQ(asked("[8, 1]"), "held");
  EXPECT_EQ(asked("[8, 2]"), "16 numbers -> 8 numbers");
}

TEST(HookNeverRanAssertion, NamesForWhom) {
  EXPECT_EQ(plain(R"({"kind": "hook_never_ran", "hook": "on_test_begin"})"), "held");
  EXPECT_EQ(plain(R"({"kind": "hook_never_ran", "hook": "on_train_end", "callback": "A"})"),
            "on_train_end never for A -> 1 times");
}

TEST(TraceIsAssertion, ShowsTheFirstDifference) {
  const std::string two = R"("train_step[data=0,rows=4]", "train_step[data=1,rows=4]")";
  const std::string steps = R"({"kind": "trace_is", "of": ["train_step"], "events": [)";
  EXPECT_EQ(plain(steps + two + ", " + two + "]}"), "held");
  EXPECT_EQ(plain(R"j({"kind": "trace_is", "of": ["A"], "events": ["A.on_train_begin()"]})j"),
            "event 1: the end -> A.on_epoch_begin(0)");
}

TEST(StopsAssertion, KnowsWhoAskedWhereAndHowLongItTook) {
  const auto stopped = [](const std::string& assertion) {
    return finding_of(story(
        R"("when": [{"kind": "hook_requests_stop", "reason": "enough",
                     "at": {"epoch": 0, "batch": 0, "site": "hook.on_train_batch_end",
                            "callback": "A"}}], )" +
        then(assertion)));
  };
  EXPECT_EQ(stopped(R"({"kind": "stops", "by": "A", "epoch": 0, "latency": 0})"), "held");
  EXPECT_EQ(stopped(R"({"kind": "stops", "latency": 2})"), "2 steps after the demand -> 0 steps");
  EXPECT_EQ(stopped(R"({"kind": "stops", "by": "B"})"),
            "another demand to stop -> A asked at epoch 0, batch 0: enough");
  EXPECT_EQ(plain(R"({"kind": "stops"})"), "a demand to stop -> nobody asked");
}

TEST(StopFlagIsAssertion, StandsAsTheLastFitLeftIt) {
  EXPECT_EQ(plain(R"({"kind": "stop_flag_is", "is": false})"), "held");
  EXPECT_EQ(plain(R"({"kind": "stop_flag_is", "is": true})"), "a stop asked for -> nobody asked");
  const std::string stopped =
      R"("runs": [{"do": "fit", "when": [{"kind": "hook_requests_stop", "at": {"epoch": 0,
                   "site": "hook.on_epoch_end", "callback": "A"}}]}, {"do": "evaluate"}], )";
  EXPECT_EQ(finding_of(story(stopped + then(R"({"kind": "stop_flag_is", "is": true})"))), "held");
  EXPECT_EQ(finding_of(story(stopped + then(R"({"kind": "stop_flag_is", "is": false})"))),
            "no stop asked for -> it was asked for");
}

TEST(HistoryIsAssertion, LooksAtEpochsKeysAndValues) {
  EXPECT_EQ(plain(R"({"kind": "history_is", "epochs": [0, 1], "keys": ["loss"]})"), "held");
  EXPECT_EQ(plain(R"({"kind": "history_is", "epochs": [0]})"), "epochs [0] -> [0, 1]");
  EXPECT_EQ(plain(R"({"kind": "history_is", "keys": ["loss", "mae"]})"),
            "series loss, mae -> loss");
  EXPECT_THAT(plain(R"({"kind": "history_is", "values": {"loss": [7, 7]}})"),
              HasSubstr("loss = [7, 7] -> ["));
}

TEST(WeightsAreAssertion, KnowsInstantsAndFiniteness) {
  EXPECT_EQ(plain(R"({"kind": "weights_are", "as_of": {"epoch": 1, "batch": 1}, "finite": true})"),
            "held");
  EXPECT_EQ(plain(R"({"kind": "weights_are", "as_of": {"epoch": 0}})"),
            "the weights of epoch 0 -> other weights");
  EXPECT_EQ(plain(R"({"kind": "weights_are", "as_of": {"epoch": 5, "batch": 0}})"),
            "the weights of epoch 5, batch 0 -> the run never came there");
  EXPECT_EQ(plain(R"({"kind": "weights_are", "finite": false})"),
            "weights that are not finite -> all are finite");
}

TEST(LearningRateIsAssertion, ComparesInSinglePrecision) {
  EXPECT_EQ(plain(R"({"kind": "learning_rate_is", "is": 0.25})"), "held");
  EXPECT_EQ(plain(R"({"kind": "learning_rate_is", "is": 0.5})"), "a learning rate of 0.5 -> 0.25");
}

TEST(FilesAreAssertion, ListsThemAll) {
  EXPECT_EQ(plain(R"({"kind": "files_are", "paths": ["log.csv"]})"), "held");
  EXPECT_EQ(plain(R"({"kind": "files_are", "paths": ["a", "b"]})"), "a, b -> log.csv");
  EXPECT_EQ(plain(R"({"kind": "files_are", "below": "ckpt", "paths": ["ckpt/a"]})"),
            "ckpt/a -> no file");
}

TEST(CsvIsAssertion, LooksAtHeaderAndRows) {
  EXPECT_EQ(plain(R"({"kind": "csv_is", "path": "log.csv", "rows": 2,
                      "header": "epoch,loss,val_loss"})"),
            "held");
  EXPECT_EQ(plain(R"({"kind": "csv_is", "path": "log.csv", "rows": 3})"), "3 rows -> 2 rows");
  EXPECT_EQ(plain(R"({"kind": "csv_is", "path": "log.csv", "header": "loss"})"),
            "loss -> epoch,loss,val_loss");
  EXPECT_EQ(plain(R"({"kind": "csv_is", "path": "other.csv"})"),
            "other.csv -> there is no such file");
  EXPECT_THAT(plain(R"({"kind": "csv_is", "path": "log.csv", "lines": ["x"]})"),
              HasSubstr("x -> epoch,loss,val_loss | 0,"));
}

TEST(DataServedAssertion, KnowsOrderAndRepetition) {
  EXPECT_EQ(plain(R"({"kind": "data_served", "epoch": 0, "batches": [0, 1], "each_once": true})"),
            "held");
  EXPECT_EQ(plain(R"({"kind": "data_served", "batches": [0, 1]})"), "[0, 1] -> [0, 1, 0, 1]");
}

TEST(WarnsAssertion, CountsByIdAndText) {
  EXPECT_EQ(plain(R"({"kind": "warns", "times": 0})"), "held");
  EXPECT_EQ(plain(R"({"kind": "warns", "id": "data.ran_out"})"),
            "the warning data.ran_out at least once -> 0 times");
}

TEST(ErrorsAreAssertion, ListsTheFirstAndTheSuppressed) {
  EXPECT_EQ(plain(R"({"kind": "errors_are", "types": []})"), "held");
  EXPECT_EQ(plain(R"({"kind": "errors_are", "types": ["IoError"]})"), "IoError -> no error");
}

TEST(MemoryPeakBelowAssertion, SpeaksInBytes) {
  EXPECT_EQ(plain(R"({"kind": "memory_peak_below", "bytes": 100000})"), "held");
  EXPECT_THAT(plain(R"({"kind": "memory_peak_below", "bytes": 1})"),
              HasSubstr("a peak below 1 byte"));
}

TEST(CheckpointAssertions, ReadTheFile) {
  const auto saved = [](const std::string& assertion) {
    return finding_of(
        story(then(assertion), R"({"kind": "model_checkpoint", "path": "m.safetensors"})"));
  };
  EXPECT_EQ(saved(R"({"kind": "checkpoint_intact", "path": "m.safetensors"})"), "held");
  EXPECT_EQ(saved(R"({"kind": "checkpoint_intact", "path": "n.safetensors"})"),
            "n.safetensors, whole -> there is no such file");
  EXPECT_THAT(saved(R"({"kind": "checkpoint_intact", "path": "log.csv"})"),
              HasSubstr("log.csv, whole -> "));
  EXPECT_EQ(saved(R"({"kind": "checkpoint_absent", "path": "n.safetensors"})"), "held");
  EXPECT_THAT(saved(R"({"kind": "checkpoint_absent", "path": "m.safetensors"})"),
              HasSubstr("no m.safetensors -> a file of "));
  EXPECT_EQ(saved(R"({"kind": "checkpoint_holds", "path": "m.safetensors",
                      "weights_as_of": {"epoch": 1}})"),
            "held");
  EXPECT_EQ(saved(R"({"kind": "checkpoint_holds", "path": "m.safetensors",
                      "weights_as_of": {"epoch": 0}})"),
            "m.safetensors with the weights of epoch 0, batch -1 -> weights of no instant that was "
            "asked for");
}

}  // namespace
}  // namespace trainwreck::testing
