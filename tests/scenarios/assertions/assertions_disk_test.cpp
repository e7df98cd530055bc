#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/support/told_story.h"

// Method: each assertion is stated once so that it holds and once or more so that it does not,
// about files; the texts are what a person would read.
namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

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
  EXPECT_THAT(
      saved(R"({"kind": "checkpoint_holds", "path": "m.safetensors",
                        "weights_as_of": {"epoch": 0}})"),
      HasSubstr("m.safetensors with the weights of epoch 0, batch -1 -> weights of no instant "
                "that was asked for: dense/kernel[0, 0] is "));
}

std::string saved(const std::string& assertion, const std::string& more) {
  return finding_of(story(then(assertion), R"({"kind": "model_checkpoint", )" + more + "}"));
}

TEST(LatestIsAssertion, GoesByTheSteps) {
  const std::string each = R"("path": "ckpt/{epoch}.safetensors")";
  EXPECT_EQ(saved(R"({"kind": "latest_is", "path": "ckpt/2.safetensors", "below": "ckpt"})", each),
            "held");
  EXPECT_EQ(saved(R"({"kind": "latest_is", "path": "ckpt/1.safetensors"})", each),
            "ckpt/1.safetensors as the latest -> ckpt/2.safetensors, of step 4");
  EXPECT_EQ(saved(R"({"kind": "latest_is", "path": "a", "below": "other"})", each),
            "a as the latest -> no whole checkpoint");
}

TEST(BestIsAssertion, KnowsScoreEpochAndFile) {
  const std::string best =
      R"("path": "best.safetensors", "monitor": "loss", "mode": "max", "save_best_only": true)";
  EXPECT_EQ(saved(R"({"kind": "best_is", "path": "best.safetensors", "epoch": 0})", best), "held");
  EXPECT_THAT(saved(R"({"kind": "best_is", "path": "b", "epoch": 1, "score": 7})", best),
              HasSubstr("b, of epoch 1, with the score 7 -> best.safetensors, of epoch 0 and with "
                        "the score 1.849"));
  EXPECT_EQ(plain(R"({"kind": "best_is"})"), "a best -> nothing was saved as the best");
}

TEST(TensorboardHasAssertion, ReadsEventFiles) {
  const auto logged = [](const std::string& assertion) {
    return finding_of(story(then(assertion), R"({"kind": "tensor_board", "log_dir": "logs"})"));
  };
  EXPECT_EQ(logged(R"({"kind": "tensorboard_has", "tag": "epoch_loss", "steps": [0, 1]})"), "held");
  EXPECT_EQ(logged(R"({"kind": "tensorboard_has", "tag": "epoch_loss", "steps": [0]})"),
            "epoch_loss at steps [0] -> [0, 1]");
  EXPECT_THAT(logged(R"({"kind": "tensorboard_has", "tag": "epoch_loss", "values": [7, 7]})"),
              HasSubstr("epoch_loss = [7, 7] -> [1.849"));
  EXPECT_EQ(logged(R"({"kind": "tensorboard_has", "tag": "epoch_mae"})"),
            "epoch_mae -> no event of this tag");
}

}  // namespace
}  // namespace trainwreck::testing
