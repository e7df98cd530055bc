#include "engine/checkpoint/checkpoint_format.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/formats/crc32c.h"
#include "engine/formats/safetensors.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using testing::kNan;
using testing::small_model;

Checkpoint rich_checkpoint() {
  const auto model = small_model(2);
  for (float& gradient : model->parameters().gradients()) gradient = 0.5F;
  model->optimizer().step(model->parameters());
  Checkpoint checkpoint = capture_model(*model);
  checkpoint.tag = "best";
  checkpoint.score = SavedScore{"val_loss", 0.1};
  SavedRun run;
  run.position = {3, 2, 17, {0.5, kNan, 1e-300}};
  run.seed = 18446744073709551615U;
  run.source = "arrays \"x\"";
  run.sequence = 4;
  run.callbacks["early_stopping"].numbers = {{"wait", 2.0}, {"best", kNan}, {"x", 0.1}};
  run.callbacks["early_stopping"].tensors["best_weights"] = {1.0F, 2.0F};
  run.callbacks["csv_logger"].texts["row"] = "a,\"b\"\n";
  checkpoint.run = std::move(run);
  return checkpoint;
}

TEST(CheckpointFormat, EverythingComesBack) {
  const Checkpoint saved = rich_checkpoint();
  const Checkpoint loaded = decode(encode(saved));
  EXPECT_EQ(loaded.tag, "best");
  EXPECT_EQ(loaded.score->metric, "val_loss");
  EXPECT_EQ(loaded.score->value, 0.1);
  EXPECT_EQ(loaded.input_row, Shape({2}));
  EXPECT_EQ(loaded.optimizer->kind, "sgd");
  EXPECT_EQ(loaded.optimizer->iterations, 1);
  EXPECT_EQ(loaded.optimizer->learning_rate, 0.1F);
  const SavedRun& run = *loaded.run;
  EXPECT_EQ(run.position.epoch, 3);
  EXPECT_EQ(run.position.batch, 2);
  EXPECT_EQ(run.position.step, 17);
  EXPECT_EQ(run.position.running_metrics[2], 1e-300);
  EXPECT_TRUE(std::isnan(run.position.running_metrics[1]));
  EXPECT_EQ(run.seed, saved.run->seed);
  EXPECT_EQ(run.source, saved.run->source);
  EXPECT_EQ(run.sequence, 4);
  const CallbackState& state = run.callbacks.at("early_stopping");
  EXPECT_EQ(state.numbers.at("x"), 0.1);
  EXPECT_TRUE(std::isnan(state.numbers.at("best")));
  EXPECT_EQ(state.tensors.at("best_weights"), (std::vector<float>{1.0F, 2.0F}));
  EXPECT_EQ(run.callbacks.at("csv_logger").texts.at("row"), "a,\"b\"\n");
}

TEST(CheckpointFormat, ModelOfTheFileGoesOnBitForBit) {
  const auto first = small_model(2);
  const auto second = small_model(2);
  const auto step = [](Model& model) {
    for (float& gradient : model.parameters().gradients()) gradient = 0.3F;
    model.optimizer().step(model.parameters());
  };
  step(*first);
  restore_model(decode(encode(capture_model(*first))), *second);
  step(*first);
  step(*second);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(first->parameters().values()[i], second->parameters().values()[i]);
  }
}

TEST(CheckpointFormat, SameCheckpointGivesTheSameBytes) {
  EXPECT_EQ(encode(rich_checkpoint()), encode(rich_checkpoint()));
}

TEST(CheckpointFormat, AnySafetensorsReaderFindsTheWeightsUnderTheirNames) {
  const std::string bytes = encode(rich_checkpoint());
  const SafetensorsFile file = read_safetensors(bytes);
  EXPECT_EQ(file.find("dense/kernel")->shape, (std::vector<std::int64_t>{2, 1}));
  EXPECT_NE(file.find("@optimizer/momentum/dense/kernel"), nullptr);
  EXPECT_EQ(file.metadata.at("format"), "trainwreck");
  EXPECT_EQ(file.metadata.at("crc32c"), fmt::format("{:08x}", crc32c(file.data)));
  EXPECT_EQ(file.metadata.at("epoch"), "3");
  EXPECT_EQ(file.metadata.at("batch"), "2");
  EXPECT_EQ(file.metadata.at("step"), "17");
  EXPECT_EQ(file.metadata.at("score"), "0.1");
  EXPECT_EQ(checksum_of(bytes), file.metadata.at("crc32c"));
}

TEST(CheckpointFormat, WithoutARunThereIsNone) {
  const Checkpoint loaded = decode(encode(capture_model(*small_model())));
  EXPECT_FALSE(loaded.run.has_value());
  EXPECT_FALSE(loaded.score.has_value());
}

// Method: flip every single bit of the file. Each must be noticed.
TEST(CheckpointFormat, EveryFlippedBitIsNoticed) {
  const std::string whole = encode(rich_checkpoint());
  std::size_t unnoticed = 0;
  std::string where;
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    try {
      decode(damaged);
      ++unnoticed;
      where = fmt::format("bit {} of byte {}: {}", bit % 8, bit / 8, damaged.substr(bit / 8, 20));
    } catch (const FormatError&) {
    }
  }
  EXPECT_EQ(unnoticed, 0U) << where;
}

TEST(CheckpointFormat, EveryTruncationIsNoticed) {
  const std::string whole = encode(rich_checkpoint());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(decode(whole.substr(0, size)), FormatError) << size;
  }
}

TEST(CheckpointFormat, ForeignAndLaterFilesAreRefused) {
  const std::string foreign = write_safetensors({}, {{"format", "pt"}});
  EXPECT_THAT(error_of<FormatError>([&] { decode(foreign); }),
              HasSubstr("checkpoint: the file is of another program"));
  const std::string later = write_safetensors({}, {{"format", "trainwreck"}, {"version", "2"}});
  EXPECT_THAT(error_of<FormatError>([&] { decode(later); }),
              HasSubstr("checkpoint: the file is of version 2"));
}

TEST(CheckpointFormat, ParameterMustNotLookLikeOneOfOurOwnNames) {
  Checkpoint checkpoint = capture_model(*small_model());
  checkpoint.weights[0].name = "@optimizer/x";
  EXPECT_THROW(encode(checkpoint), ValueError);
}

TEST(CheckpointFormat, TextThatIsNoUtf8IsRefused) {
  Checkpoint checkpoint = rich_checkpoint();
  checkpoint.run->callbacks["csv_logger"].texts["row"] = "\xff";
  EXPECT_THROW(encode(checkpoint), ValueError);
}

TEST(CheckpointFormat, LoadSaysWhichFileIsDamaged) {
  testing::MemoryFiles files;
  files.contents["a.safetensors"] = "short";
  EXPECT_THAT(error_of<FormatError>([&] { load_checkpoint(files, "a.safetensors"); }),
              HasSubstr("a.safetensors: HeaderTooSmall"));
  EXPECT_THROW(load_checkpoint(files, "b.safetensors"), IoError);
}

TEST(CheckpointFormat, TheHeadTellsHowManySteps) {
  testing::MemoryFiles files;
  Checkpoint checkpoint = rich_checkpoint();
  checkpoint.run->position.step = 77;
  const std::string bytes = encode(checkpoint);
  files.contents["whole"] = bytes;
  EXPECT_EQ(steps_noted_in(files, "whole"), 77);
  files.contents["half"] = bytes.substr(0, bytes.size() - 20);
  EXPECT_EQ(steps_noted_in(files, "half"), 77) << "the rest is not looked at";
  CallbackState talkative;
  for (int i = 0; i < 5000; ++i) talkative.texts[std::to_string(i)] = std::string(40, 't');
  checkpoint.run->callbacks["talkative"] = talkative;
  files.contents["long head"] = encode(checkpoint);
  EXPECT_EQ(steps_noted_in(files, "long head"), 77);
  files.contents["no end"] = files.contents["long head"].substr(0, 100'000);
  files.contents["other"] = "something else";
  files.contents["short"] = "abc";
  for (const char* path : {"no end", "other", "short"}) {
    EXPECT_THROW(steps_noted_in(files, path), FormatError) << path;
  }
}

}  // namespace
}  // namespace trainwreck
