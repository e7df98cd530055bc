// Method: real fits whose checkpoints have a number in their names, in a world whose disk outlives
// the processes: which files stay, which one the pointers name, and where the next process begins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <limits>

#include "engine/base/errors.h"
#include "engine/callbacks/model_checkpoint.h"
#include "engine/checkpoint/pointer.h"
#include "tests/support/fit_run.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Process;
using testing::saboteur;
using testing::ScriptedRun;
using testing::ScriptedWorld;
using testing::watcher;

std::shared_ptr<ModelCheckpoint> series(ModelCheckpointOptions options = {}) {
  options.path = "m-{epoch}.safetensors";
  return std::make_shared<ModelCheckpoint>(std::move(options));
}

TEST(CheckpointSeries, TheNewestStayAndThePointerNamesTheLast) {
  ScriptedWorld world;
  Process(world, hardened()).fit({series({.keep = 2, .pointers = true})}, 5).rethrow();
  EXPECT_THAT(world.files.names(), ElementsAre("latest", "m-4.safetensors", "m-5.safetensors"));
  EXPECT_EQ(read_pointer(world.files, "latest")->target, "m-5.safetensors");
}

TEST(CheckpointSeries, NothingIsDeletedBeforeItsSuccessorIsThere) {
  ScriptedWorld world;
  Process(world, hardened()).fit({series({.keep = 1})}, 2).rethrow();
  EXPECT_THAT(world.trace.lines,
              ElementsAre("begin m-1.safetensors periodic", HasSubstr("publish m-1.safetensors"),
                          "begin m-2.safetensors periodic", HasSubstr("publish m-2.safetensors"),
                          "delete m-1.safetensors "));
}

TEST(CheckpointSeries, ANewestThatIsNotFiniteDeletesNothing) {
  ScriptedWorld world;
  Policy policy = hardened();
  policy.checkpoint.non_finite_weights = NonFiniteWeights::saved;
  policy.step.non_finite = NonFiniteStep::applied;
  class Spoiler final : public Callback {
   public:
    std::string name() const override { return "spoiler"; }
    void on_epoch_end(Event& event) override {
      if (event.index == 1) {
        event.session.model().parameters().values()[0] = std::numeric_limits<float>::infinity();
      }
    }
  };
  Process(world, policy).fit({std::make_shared<Spoiler>(), series({.keep = 1})}, 2).rethrow();
  EXPECT_THAT(world.files.names(), ElementsAre("m-1.safetensors", "m-2.safetensors"));
}

// The retention guard: what replaces the old ones has to be whole.
TEST(CheckpointSeries, ANewestThatDoesNotReadBackDeletesNothing) {
  ScriptedWorld world;
  Policy policy = hardened();
  policy.checkpoint.verification = Verification::none;
  world.files.on_read = [](const std::string& path, std::string bytes) {
    if (path == "m-2.safetensors") bytes[bytes.size() - 1] ^= 1;
    return bytes;
  };
  const FitResult result = Process(world, policy).fit({series({.keep = 1})}, 2);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->type, "FormatError");
  EXPECT_THAT(world.files.names(), ElementsAre("m-1.safetensors", "m-2.safetensors"));
}

// What is saved without the metric is newer, but not better.
TEST(CheckpointSeries, TheBestStaysWhateverItsAge) {
  Policy policy = hardened();
  policy.checkpoint.missing_metric = MissingMetric::saves;
  policy.monitor.unknown_metric = UnknownMetric::warns_each_epoch;
  ScriptedRun run(policy);
  run.play({series({.save_best_only = true, .keep = 1, .pointers = true})},
           {.values = {0.5, std::nullopt, std::nullopt}});
  EXPECT_THAT(run.world.files.names(),
              ElementsAre("best", "latest", "m-1.safetensors", "m-3.safetensors"));
  EXPECT_EQ(read_pointer(run.world.files, "best")->target, "m-1.safetensors");
  EXPECT_EQ(read_pointer(run.world.files, "latest")->target, "m-3.safetensors");
}

TEST(CheckpointSeries, WhatCannotBeDeletedStaysWithAWarning) {
  ScriptedWorld world;
  world.files.refuse("remove m-1.safetensors", EACCES, 1);
  const FitResult result = Process(world, hardened()).fit({series({.keep = 1})}, 3);
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(result.warnings[0].id, "checkpoint.leftover");
  EXPECT_THAT(world.files.names(), ElementsAre("m-3.safetensors")) << "the next save tries again";
}

// A power cut between a save and its pointer.
TEST(CheckpointSeries, APointerThatIsOneSaveBehindHidesNothing) {
  ScriptedWorld world;
  Process(world, hardened()).fit({series({.pointers = true})}, 2).rethrow();
  const std::string behind = world.files.contents.at("latest");
  Process(world, hardened())
      .fit({series({.pointers = true, .resume = Resume::always})}, 3)
      .rethrow();
  world.files.contents["latest"] = behind;
  const auto seen = watcher();
  Process(world, hardened()).fit({series({.resume = Resume::always}), seen}, 4).rethrow();
  EXPECT_EQ(seen->batches.front().substr(0, 7), "epoch 3");
}

TEST(CheckpointSeries, TheNextProcessGoesOnFromTheNewest) {
  ScriptedWorld world;
  Process(world, hardened())
      .fit({series(), saboteur({.raise_at_epoch = 2, .raise_at_batch = 1})}, 4);
  ScriptedWorld quiet;
  Process whole(quiet, hardened());
  whole.fit({series()}, 4).rethrow();
  Process second(world, hardened());
  const auto seen = watcher();
  second.fit({series({.resume = Resume::always}), seen}, 4).rethrow();
  EXPECT_EQ(seen->batches.front().substr(0, 7), "epoch 2");
  EXPECT_EQ(second.weights(), whole.weights());
}

TEST(CheckpointSeries, ADamagedNewestIsPassedOverWithAWarning) {
  ScriptedWorld world;
  Process(world, hardened())
      .fit({series({.pointers = true}), saboteur({.raise_at_epoch = 2, .raise_at_batch = 1})}, 4);
  world.files.contents["m-2.safetensors"].pop_back();
  const auto seen = watcher();
  const FitResult result =
      Process(world, hardened()).fit({series({.resume = Resume::always}), seen}, 4);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(seen->batches.front().substr(0, 7), "epoch 1");
  ASSERT_FALSE(result.warnings.empty());
  EXPECT_EQ(result.warnings[0].id, "checkpoint.damaged");
  EXPECT_THAT(result.warnings[0].text, HasSubstr("m-2.safetensors"));
}

TEST(CheckpointSeries, NothingToResumeFromIsAnErrorUnlessItWasAllowed) {
  ScriptedWorld world;
  const FitResult refused = Process(world, hardened()).fit({series({.resume = Resume::always})}, 1);
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->type, "StateError");
  EXPECT_THAT(refused.error->message, HasSubstr("no whole checkpoint to resume from"));
  EXPECT_TRUE(Process(world, hardened()).fit({series({.resume = Resume::if_any})}, 1).ok());
}

TEST(CheckpointSeries, OptionsThatMakeNoSenseAreRefused) {
  EXPECT_THROW(series({.keep = 0}), ValueError);
  EXPECT_THROW(series({.save_weights_only = true, .resume = Resume::always}), ValueError);
}

}  // namespace
}  // namespace trainwreck
