// ModelCheckpoint in real fits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/callbacks/model_checkpoint.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "tests/support/fit_run.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Process;
using testing::Saboteur;
using testing::ScriptedWorld;
using testing::SmallSequence;

std::shared_ptr<ModelCheckpoint> fit_saver(ModelCheckpointOptions options) {
  return std::make_shared<ModelCheckpoint>(std::move(options));
}

TEST(ModelCheckpointInFit, SavedModelEqualsTheTrainedOne) {
  ScriptedWorld world;
  Process process(world, hardened());
  const FitResult result = process.fit({fit_saver({.path = "m-{epoch}.safetensors"})}, 2);
  result.rethrow();
  const Checkpoint last = load_checkpoint(world.files, "m-2.safetensors");
  EXPECT_EQ(last.run->position.epoch, 2);
  EXPECT_EQ(last.run->position.batch, 0);
  EXPECT_EQ(last.run->position.step, 6);
  const auto other = testing::small_model(2);
  restore_model(last, *other);
  EXPECT_EQ(
      std::vector<float>(other->parameters().values().begin(), other->parameters().values().end()),
      process.weights());
}

TEST(ModelCheckpointInFit, PositionInsideAnEpochIsExact) {
  ScriptedWorld world;
  Process process(world, hardened());
  ModelCheckpointOptions options{.path = "m-{epoch}-{batch}.safetensors"};
  options.save_freq = 5;
  process.fit({fit_saver(options)}, 2).rethrow();
  const Position position = load_checkpoint(world.files, "m-2-2.safetensors").run->position;
  EXPECT_EQ(position.epoch, 1);
  EXPECT_EQ(position.batch, 2);
  EXPECT_EQ(position.step, 5);
  EXPECT_FALSE(position.running_metrics.empty());
}

TEST(ModelCheckpointInFit, FailedEpochIsNeverSaved) {
  for (const bool strict : {false, true}) {
    ScriptedWorld world;
    Process process(world, strict ? hardened() : keras());
    const FitResult result = process.fit(
        {std::make_shared<Saboteur>(Saboteur::Plan{.raise_at_epoch = 1, .raise_at_batch = 1}),
         fit_saver({.path = "m-{epoch}.safetensors"})},
        3);
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(world.files.names(), ElementsAre("m-1.safetensors"));
  }
}

TEST(ModelCheckpointInFit, EpochThatWasCutByAStopIsSaved) {
  for (const bool strict : {false, true}) {
    ScriptedWorld world;
    Process process(world, strict ? hardened() : keras());
    const FitResult result = process.fit(
        {std::make_shared<Saboteur>(Saboteur::Plan{.stop_at_epoch = 1, .stop_at_batch = 0}),
         fit_saver({.path = "m-{epoch}.safetensors"})},
        3);
    EXPECT_EQ(result.status, Status::stopped);
    EXPECT_THAT(world.files.names(), ElementsAre("m-1.safetensors", "m-2.safetensors"));
  }
}

TEST(ModelCheckpointInFit, PathThatNoEpochCanFillInFailsBeforeTheFirst) {
  ScriptedWorld world;
  Process process(world, hardened());
  const auto fails_with = [&](const ModelCheckpointOptions& options) {
    const auto watcher = std::make_shared<Saboteur>();
    const FitResult result = process.fit({fit_saver(options), watcher}, 1);
    EXPECT_EQ(watcher->batches.empty(), result.error.has_value());
    return result.error ? result.error->type + ": " + result.error->message : "no error";
  };
  EXPECT_EQ(fails_with({.path = "m-{val_loss}.safetensors"}),
            "KeyError: ModelCheckpoint: the path \"m-{val_loss}.safetensors\" asks for "
            "\"val_loss\", which this run does not have at an epoch's end");
  ModelCheckpointOptions by_batch{.path = "m-{val_loss}.safetensors"};
  by_batch.save_freq = 1;
  process.validation = std::make_shared<SmallSequence>(1);
  EXPECT_THAT(fails_with(by_batch), HasSubstr("does not have after a batch"));
  EXPECT_EQ(fails_with({.path = "m-{val_loss}.safetensors"}), "no error");
  EXPECT_EQ(fails_with({.path = "m-{worker}.safetensors"}),
            "KeyError: ModelCheckpoint: the path \"m-{worker}.safetensors\" asks for \"worker\", "
            "which fit was not given");
}

TEST(ModelCheckpointInFit, MetricThatNoEpochHasFailsBeforeTheFirst) {
  ScriptedWorld world;
  Process process(world, hardened());
  const auto watcher = std::make_shared<Saboteur>();
  const FitResult result =
      process.fit({fit_saver({.path = "m.safetensors", .save_best_only = true}), watcher}, 1);
  EXPECT_THAT(watcher->batches, IsEmpty());
  EXPECT_EQ(result.error->message,
            "ModelCheckpoint: nothing in this run is called \"val_loss\": it has no validation "
            "data");
}

TEST(ModelCheckpointInFit, DiskThatIsFullOrReadOnlyIsFoundOutBeforeTheFirstEpoch) {
  for (const int code : {ENOSPC, EACCES}) {
    ScriptedWorld world;
    if (code == ENOSPC) {
      world.files.free = 10;
    } else {
      world.files.refuse("create", code);
    }
    Process process(world, hardened());
    const auto watcher = std::make_shared<Saboteur>();
    const FitResult result = process.fit({fit_saver({.path = "m.safetensors"}), watcher}, 1);
    ASSERT_TRUE(result.error.has_value());
    EXPECT_EQ(result.error->type, "IoError");
    EXPECT_THAT(watcher->batches, IsEmpty());
    EXPECT_THAT(world.files.names(), IsEmpty());
  }
}

}  // namespace
}  // namespace trainwreck
