// ModelCheckpoint and the disk: what failed saves leave, what is refused, what is taken up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/callbacks/model_checkpoint.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;
using testing::ScriptedRun;
using testing::ScriptedWorld;

std::shared_ptr<ModelCheckpoint> disk_saver(ModelCheckpointOptions options) {
  return std::make_shared<ModelCheckpoint>(std::move(options));
}

std::shared_ptr<ModelCheckpoint> best_saver(std::string path) {
  return disk_saver({.path = std::move(path), .save_best_only = true});
}

float weight_on_disk(ScriptedWorld& world, const std::string& path) {
  return load_checkpoint(world.files, path).weights[0].values[0];
}

TEST(ModelCheckpoint, FailedWriteLosesTheBestValueInKeras) {
  ScriptedRun run(keras());
  const auto callback = best_saver("m.safetensors");
  run.world.files.refuse("append", ENOSPC);
  EXPECT_THROW(run.play({callback}, {.values = {0.5}}), IoError);
  EXPECT_EQ(callback->best(), 0.5);
  run.world.files.allow_all();
  run.world.files.contents.clear();
  run.play({callback}, {.values = {0.5}});
  EXPECT_THAT(run.world.files.names(), IsEmpty());
}

TEST(ModelCheckpoint, FailedWriteLeavesTheBestValueAloneInHardened) {
  ScriptedRun run(hardened());
  const auto callback = best_saver("m.safetensors");
  run.world.files.refuse("append m.safetensors.0.tmp", ENOSPC);
  EXPECT_THROW(run.play({callback}, {.values = {0.5}}), IoError);
  EXPECT_EQ(callback->best(), std::nullopt);
  EXPECT_THAT(run.world.files.names(), IsEmpty());
  run.world.files.allow_all();
  run.play({callback}, {.values = {0.5}});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m.safetensors"));
}

TEST(ModelCheckpoint, FailedOverwriteDestroysTheGoodFileInKerasAndNotInHardened) {
  for (const bool strict : {false, true}) {
    ScriptedRun run(strict ? hardened() : keras());
    const auto callback = disk_saver({.path = "m.safetensors"});
    run.play({callback}, {.values = {0.5}});
    run.world.files.refuse("append m.safetensors", ENOSPC);
    EXPECT_THROW(run.play({callback}, {.values = {0.5}}), IoError);
    if (strict) {
      EXPECT_EQ(weight_on_disk(run.world, "m.safetensors"), 1.0F);
    } else {
      EXPECT_THROW(weight_on_disk(run.world, "m.safetensors"), FormatError);
    }
  }
}

TEST(ModelCheckpoint, FailedSavesCanBeSurvivedSoManyTimes) {
  Policy policy = hardened();
  policy.checkpoint.failed_save = FailedSave::continues;
  policy.checkpoint.max_failed_saves = 2;
  policy.checkpoint.preflight = Preflight::none;
  ScriptedRun run(policy);
  run.world.files.refuse("append", ENOSPC);
  const auto callback = disk_saver({.path = "m-{epoch}.safetensors"});
  int epochs = 0;
  EXPECT_THROW(run.play({callback}, {.values = {1.0, 1.0, 1.0}}, [&](std::int64_t) { ++epochs; }),
               IoError);
  EXPECT_EQ(epochs, 2);
  EXPECT_EQ(callback->failed_saves(), 3);
  ASSERT_EQ(run.session().warnings().size(), 2U);
  EXPECT_EQ(run.session().warnings()[0].id, "checkpoint.failed");
  EXPECT_EQ(run.session().warnings()[1].text,
            "ModelCheckpoint: m-2.safetensors is not saved (2 of 2 failed saves allowed): cannot "
            "append m-2.safetensors.0.tmp: No space left on device (ENOSPC)");
}

TEST(ModelCheckpoint, OutOfMemoryIsAFailedSave) {
  ScriptedRun run(hardened());
  run.world.memory.reserve(MemoryPurpose::other, std::numeric_limits<std::int64_t>::max() - 8);
  EXPECT_THROW(run.play({disk_saver({.path = "m.safetensors"})}, {.values = {0.5}}), OutOfMemory);
  EXPECT_THAT(run.world.files.names(), IsEmpty());
  EXPECT_THAT(run.world.trace.lines,
              ElementsAre("begin m.safetensors periodic", "fail m.safetensors OutOfMemory"));
}

TEST(ModelCheckpoint, TraceTellsOfEachSave) {
  ScriptedRun run(hardened());
  run.play({best_saver("m.safetensors")}, {.values = {0.5}});
  ASSERT_EQ(run.world.trace.lines.size(), 2U);
  EXPECT_EQ(run.world.trace.lines[0], "begin m.safetensors best");
  EXPECT_EQ(run.world.trace.lines[1], "publish m.safetensors best crc32c=" +
                                          checksum_of(run.world.files.contents["m.safetensors"]));
}

TEST(ModelCheckpoint, DirectoriesAreMade) {
  ScriptedRun run(keras());
  run.play({disk_saver({.path = "a/b/m.safetensors"})}, {.values = {0.5}});
  EXPECT_THAT(run.world.files.names(), ElementsAre("a/b/m.safetensors"));
}

TEST(ModelCheckpoint, DirectoryInTheFilesPlaceEndsTheTraining) {
  for (const bool strict : {false, true}) {
    ScriptedRun run(strict ? hardened() : keras());
    run.world.files.directories.insert("m.safetensors");
    int epochs = 0;
    EXPECT_THROW(run.play({disk_saver({.path = "m.safetensors"})}, {.values = {0.5, 0.5}},
                          [&](std::int64_t) { ++epochs; }),
                 IoError);
    EXPECT_EQ(epochs, 0);
  }
}

TEST(ModelCheckpoint, NonFiniteWeightsAreRefusedInHardened) {
  for (const bool strict : {false, true}) {
    ScriptedRun run(strict ? hardened() : keras());
    const auto callback = disk_saver({.path = "m.safetensors"});
    class Poison final : public Callback {
     public:
      std::string name() const override { return "poison"; }
      void on_epoch_end(Event& event) override {
        event.session.model().parameters().values()[1] = std::nanf("");
      }
    };
    const auto saves = [&] { run.play({std::make_shared<Poison>(), callback}, {.values = {0.5}}); };
    if (strict) {
      EXPECT_EQ(error_of<NonFinite>(saves), "m.safetensors is not saved: dense/bias is not finite");
      EXPECT_THAT(run.world.files.names(), IsEmpty());
    } else {
      saves();
      EXPECT_THAT(run.world.files.names(), ElementsAre("m.safetensors"));
    }
  }
}

TEST(ModelCheckpoint, FileThatAnEarlierRunLeftMustBeBeatenInHardened) {
  ScriptedWorld world;
  {
    ScriptedRun run(hardened(), &world);
    run.play({best_saver("m-{epoch}.safetensors")}, {.values = {0.7, 0.5}});
  }
  world.files.contents["m-9.safetensors"] = "not a checkpoint";
  ScriptedRun run(hardened(), &world);
  const auto callback = best_saver("m-{epoch}.safetensors");
  std::vector<double> best;
  run.play({callback}, {.values = {0.6, 0.4}, .first_epoch = 4},
           [&](std::int64_t) { best.push_back(callback->best().value()); });
  EXPECT_THAT(best, ElementsAre(0.5, 0.4));
  EXPECT_THAT(world.files.names(), ElementsAre("m-1.safetensors", "m-2.safetensors",
                                               "m-6.safetensors", "m-9.safetensors"));
  EXPECT_EQ(run.session().warnings()[0].id, "checkpoint.unreadable");
}

TEST(ModelCheckpoint, FileThatAnEarlierRunLeftIsOverwrittenInKeras) {
  ScriptedWorld world;
  for (const double value : {0.5, 0.6}) {
    ScriptedRun run(keras(), &world);
    run.play({best_saver("m.safetensors")}, {.values = {value}});
  }
  EXPECT_EQ(load_checkpoint(world.files, "m.safetensors").score->value, 0.6);
}

}  // namespace
}  // namespace trainwreck
