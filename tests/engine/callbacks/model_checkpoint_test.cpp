// Method: the tables of files and best values are those of real Keras 3.15.1 for the `keras`
// policy; hardened differs only where a test says so.
#include "engine/callbacks/model_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/callbacks/early_stopping.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "tests/engine/callbacks/callback_scene.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;
using testing::kNan;
using testing::RunScript;
using testing::ScriptedRun;
using testing::ScriptedWorld;

using Names = std::vector<std::string>;
constexpr double kNone = -99.0;

std::shared_ptr<ModelCheckpoint> saver(ModelCheckpointOptions options) {
  return std::make_shared<ModelCheckpoint>(std::move(options));
}

struct Played {
  std::vector<Names> files;  // after each epoch
  std::vector<double> best;
};

Played play(ScriptedRun& run, const std::shared_ptr<ModelCheckpoint>& callback, RunScript script) {
  Played played;
  run.play({callback}, script, [&](std::int64_t) {
    played.files.push_back(run.world.files.names());
    played.best.push_back(callback->best().value_or(kNone));
  });
  return played;
}

float weight_in(ScriptedWorld& world, const std::string& path) {
  return load_checkpoint(world.files, path).weights[0].values[0];
}

ModelCheckpointOptions best_only(std::string path) {
  ModelCheckpointOptions options;
  options.path = std::move(path);
  options.save_best_only = true;
  return options;
}

TEST(ModelCheckpoint, SavesEveryEpochUnderItsNumberFromOne) {
  ScriptedRun run(keras());
  const Played played = play(run, saver({.path = "m-{epoch}.safetensors"}),
                             {.values = {std::nullopt, std::nullopt, std::nullopt}});
  EXPECT_THAT(played.files.back(),
              ElementsAre("m-1.safetensors", "m-2.safetensors", "m-3.safetensors"));
  EXPECT_EQ(weight_in(run.world, "m-2.safetensors"), 2.0F);
  EXPECT_EQ(played.best.back(), kNone);
}

TEST(ModelCheckpoint, InitialEpochCountsInThePath) {
  ScriptedRun run(keras());
  play(run, saver({.path = "m-{epoch}.safetensors"}), {.values = {1.0, 1.0}, .first_epoch = 2});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-3.safetensors", "m-4.safetensors"));
}

TEST(ModelCheckpoint, BestOnlySavesWhatIsBetterThanEver) {
  ScriptedRun run(keras());
  const Played played = play(run, saver(best_only("m-{epoch:02d}-{val_loss:.2f}.safetensors")),
                             {.values = {1.0, 1.2, 0.8, 0.9}});
  EXPECT_THAT(played.files,
              ElementsAre(Names{"m-01-1.00.safetensors"}, Names{"m-01-1.00.safetensors"},
                          Names{"m-01-1.00.safetensors", "m-03-0.80.safetensors"},
                          Names{"m-01-1.00.safetensors", "m-03-0.80.safetensors"}));
  EXPECT_THAT(played.best, ElementsAre(1.0, 1.0, 0.8, 0.8));
  EXPECT_EQ(weight_in(run.world, "m-03-0.80.safetensors"), 3.0F);
}

TEST(ModelCheckpoint, TieIsNoImprovement) {
  ScriptedRun run(keras());
  play(run, saver(best_only("m-{epoch}.safetensors")), {.values = {1.0, 1.0, 0.9}});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-1.safetensors", "m-3.safetensors"));
}

TEST(ModelCheckpoint, BestOnlyOfAMetricThatShouldRise) {
  ScriptedRun run(keras());
  ModelCheckpointOptions options = best_only("m-{epoch}.safetensors");
  options.monitor = {.metric = "val_acc", .mode = "max"};
  const Played played = play(run, saver(options), {.values = {0.1, 0.3, 0.2}, .metric = "val_acc"});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-1.safetensors", "m-2.safetensors"));
  EXPECT_THAT(played.best, ElementsAre(0.1, 0.3, 0.3));
}

TEST(ModelCheckpoint, ThresholdIsTheBestBeforeTheFirst) {
  ScriptedRun run(keras());
  ModelCheckpointOptions options = best_only("m-{epoch}.safetensors");
  options.initial_value_threshold = 0.9;
  const Played played = play(run, saver(options), {.values = {1.0, 0.95, 0.85}});
  EXPECT_THAT(played.files, ElementsAre(Names{}, Names{}, Names{"m-3.safetensors"}));
  EXPECT_THAT(played.best, ElementsAre(0.9, 0.9, 0.85));
}

TEST(ModelCheckpoint, FirstNanIsSavedAsBestInKeras) {
  ScriptedRun run(keras());
  const Played played =
      play(run, saver(best_only("m-{epoch}.safetensors")), {.values = {kNan, 0.5, 0.4}});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-1.safetensors"));
  EXPECT_TRUE(std::isnan(played.best.back()));
}

TEST(ModelCheckpoint, FirstNanIsNotSavedInHardened) {
  ScriptedRun run(hardened());
  play(run, saver(best_only("m-{epoch}.safetensors")), {.values = {kNan, 0.5, 0.4}});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-2.safetensors", "m-3.safetensors"));
}

TEST(ModelCheckpoint, MissingMetricSavesInKeras) {
  ScriptedRun run(keras());
  const Played played = play(run, saver(best_only("m-{epoch}.safetensors")),
                             {.values = {std::nullopt, std::nullopt}});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-1.safetensors", "m-2.safetensors"));
  EXPECT_THAT(played.best, ElementsAre(kNone, kNone));
  EXPECT_EQ(run.session().warnings().size(), 2U);
}

TEST(ModelCheckpoint, MissingMetricOverwritesTheBestFileInKerasAndNotInHardened) {
  ModelCheckpointOptions options = best_only("best.safetensors");
  options.monitor.metric = "mae";
  for (const bool strict : {false, true}) {
    ScriptedRun run(strict ? hardened() : keras());
    play(run, saver(options), {.values = {1.0, std::nullopt}, .metric = "mae"});
    EXPECT_EQ(weight_in(run.world, "best.safetensors"), strict ? 1.0F : 2.0F);
    EXPECT_EQ(run.session().warnings().size(), 1U);
  }
}

TEST(ModelCheckpoint, AutoModeOfAnUnknownMetricRaisesEvenWhenItSavesAnywayInKeras) {
  ModelCheckpointOptions options{.path = "m.safetensors"};
  options.monitor.metric = "val_acc";
  ScriptedRun run(keras());
  EXPECT_THROW(play(run, saver(options), {.values = {1.0}}), ValueError);
  EXPECT_THAT(run.world.files.names(), IsEmpty());
  ScriptedRun strict(hardened());
  play(strict, saver(options), {.values = {1.0}});
  EXPECT_THAT(strict.world.files.names(), ElementsAre("m.safetensors"));
}

TEST(ModelCheckpoint, BatchFrequencyCountsAcrossEpochs) {
  ScriptedRun run(keras());
  ModelCheckpointOptions options{.path = "m-{epoch}-{batch}.safetensors"};
  options.save_freq = 4;
  const Played played = play(run, saver(options), {.values = {1.0, 1.0, 1.0}, .batches = 3});
  EXPECT_THAT(played.files, ElementsAre(Names{}, Names{"m-2-1.safetensors"},
                                        Names{"m-2-1.safetensors", "m-3-2.safetensors"}));
}

TEST(ModelCheckpoint, BatchFrequencyOfTwo) {
  ScriptedRun run(keras());
  ModelCheckpointOptions options{.path = "m-{epoch}-{batch}.safetensors"};
  options.save_freq = 2;
  play(run, saver(options), {.values = {1.0, 1.0}, .batches = 3});
  EXPECT_THAT(run.world.files.names(),
              ElementsAre("m-1-2.safetensors", "m-2-1.safetensors", "m-2-3.safetensors"));
}

TEST(ModelCheckpoint, BatchFrequencyOfZeroSavesEachBatch) {
  ScriptedRun run(keras());
  ModelCheckpointOptions options{.path = "m-{epoch}-{batch}.safetensors"};
  options.save_freq = 0;
  play(run, saver(options), {.values = {1.0}, .batches = 2});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-1-1.safetensors", "m-1-2.safetensors"));
}

TEST(ModelCheckpoint, BestOnlyWithAFrequencyRaisesAtTheSecondSaveInKeras) {
  ScriptedRun run(keras());
  ModelCheckpointOptions options = best_only("m-{epoch}-{batch}.safetensors");
  options.save_freq = 1;
  options.monitor = {.metric = "loss", .mode = "min"};
  EXPECT_EQ(
      error_of<TypeError>([&] { play(run, saver(options), {.values = {1.0}, .batches = 2}); }),
      "ModelCheckpoint: which loss is better is not known before the first epoch's end");
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-1-1.safetensors"));
}

TEST(ModelCheckpoint, BestOnlyWithAFrequencyWorksInHardened) {
  ScriptedRun run(hardened());
  ModelCheckpointOptions options = best_only("m-{epoch}-{batch}.safetensors");
  options.save_freq = 1;
  options.monitor = {.metric = "loss"};
  play(run, saver(options), {.values = {1.0, 1.0}, .batches = 2});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-1-1.safetensors"));
}

TEST(ModelCheckpoint, BatchInThePathOfAnEpochIsAKeyError) {
  ScriptedRun run(keras());
  EXPECT_THROW(play(run, saver({.path = "m-{epoch}-{batch}.safetensors"}), {.values = {1.0}}),
               KeyError);
  EXPECT_THAT(run.world.files.names(), IsEmpty());
}

TEST(ModelCheckpoint, PathIsFilledInEvenWhenNothingIsToBeSaved) {
  ScriptedRun run(keras());
  ModelCheckpointOptions options = best_only("m-{mae}.safetensors");
  options.initial_value_threshold = 0.0;
  EXPECT_THROW(play(run, saver(options), {.values = {1.0}}), KeyError);
}

TEST(ModelCheckpoint, BestIsNotForgottenBetweenFits) {
  ScriptedRun run(keras());
  const auto callback = saver(best_only("m-{epoch}-{val_loss:.2f}.safetensors"));
  play(run, callback, {.values = {1.0, 0.5}});
  play(run, callback, {.values = {0.9, 0.8}});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-1-1.00.safetensors", "m-2-0.50.safetensors"));
  EXPECT_EQ(callback->best(), 0.5);
}

// B1 and C4: what was not published is not the best.
TEST(ModelCheckpoint, ExtensionIsCheckedAsInKeras) {
  const auto first_epoch = [](ModelCheckpointOptions options, Policy policy) {
    ScriptedRun run(std::move(policy));
    return error_of<ValueError>([&] { play(run, saver(std::move(options)), {.values = {0.5}}); });
  };
  EXPECT_EQ(first_epoch({.path = "m.h5", .save_weights_only = true}, keras()),
            "ModelCheckpoint: the path must end in .safetensors or .weights.h5, got m.h5");
  EXPECT_EQ(first_epoch({.path = "m.bin"}, keras()),
            "ModelCheckpoint: the path must end in .safetensors or .keras, got m.bin");
  EXPECT_EQ(first_epoch({.path = "m.weights.h5", .save_weights_only = true}, keras()), "no error");
  EXPECT_EQ(first_epoch({.path = "m.keras"}, keras()), "no error");
  EXPECT_EQ(first_epoch({.path = "m.bin"}, hardened()), "no error");
}

TEST(ModelCheckpoint, WeightsOnlyLeavesTheRunOut) {
  ScriptedRun run(keras());
  play(run, saver({.path = "a.safetensors"}), {.values = {0.5}});
  play(run, saver({.path = "b.weights.h5", .save_weights_only = true}), {.values = {0.5}});
  EXPECT_TRUE(load_checkpoint(run.world.files, "a.safetensors").run.has_value());
  const Checkpoint weights = load_checkpoint(run.world.files, "b.weights.h5");
  EXPECT_FALSE(weights.run.has_value());
  EXPECT_TRUE(weights.optimizer.has_value());
}

TEST(ModelCheckpoint, StateComesBackWhole) {
  ScriptedRun run(keras());
  ModelCheckpointOptions options = best_only("m.safetensors");
  options.save_freq = 5;
  options.monitor.metric = "loss";
  const auto first = saver(options);
  play(run, first, {.values = {1.0, 1.0}, .batches = 4});
  CallbackState state;
  first->save_state(state);
  EXPECT_EQ(state.numbers, (std::map<std::string, double>{
                               {"batches_since_save", 3.0}, {"best", 1.0}, {"failed_saves", 0.0}}));
  ModelCheckpoint second(options);
  second.load_state(state);
  CallbackState again;
  second.save_state(again);
  EXPECT_EQ(again.numbers, state.numbers);
}

TEST(ModelCheckpoint, FileHoldsTheLastEpochWhileEarlyStoppingRestoresTheBest) {
  for (const bool saver_first : {true, false}) {
    ScriptedRun run(keras());
    EarlyStoppingOptions stopping;
    stopping.patience = 2;
    stopping.restore_best_weights = true;
    std::vector<CallbackHandle> callbacks{std::make_shared<EarlyStopping>(stopping)};
    callbacks.insert(saver_first ? callbacks.begin() : callbacks.end(),
                     saver({.path = "last.safetensors"}));
    run.play(callbacks, {.values = {1.0, 0.5, 2.0, 3.0, 4.0}});
    EXPECT_EQ(weight_in(run.world, "last.safetensors"), 4.0F);
    EXPECT_EQ(run.weight(), 2.0F);
  }
}

TEST(ModelCheckpoint, IsBuiltFromJson) {
  const CallbackHandle handle = callback_from(
      R"({"kind": "model_checkpoint", "path": "m-{epoch}.safetensors", "monitor": "loss",
          "save_best_only": true, "save_weights_only": true, "initial_value_threshold": 0.9})");
  ASSERT_TRUE(handle);
  ScriptedRun run(hardened());
  run.play({handle}, {.values = {1.0, 0.5}, .metric = "loss"});
  EXPECT_THAT(run.world.files.names(), ElementsAre("m-2.safetensors"));
  std::string wrong;
  EXPECT_FALSE(callback_from(R"({"kind": "model_checkpoint", "path": "m-{epoch"})", &wrong));
  EXPECT_EQ(wrong, "/path ModelCheckpoint: the path \"m-{epoch\" has a { without its }\n");
}

// Row "model_checkpoint" of docs/callbacks_and_status.md.
TEST(StatusTableModelCheckpoint, SavesAnEpochUnlessItBrokeOff) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted, Status::failed,
                              Status::interrupted}) {
    ScriptedRun run(hardened());
    play(run, saver({.path = "m.safetensors"}), {.values = {1.0}, .last_status = status});
    EXPECT_EQ(run.world.files.contents.count("m.safetensors"), is_broken_off(status) ? 0U : 1U)
        << name_of(status);
  }
}

TEST(StatusTableModelCheckpoint, SavesNothingWhenTheTrainingEnds) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted, Status::failed,
                              Status::interrupted}) {
    ScriptedRun run(hardened());
    play(run, saver({.path = "m.safetensors", .save_freq = 9}),
         {.values = {1.0}, .last_status = status});
    EXPECT_THAT(run.world.files.names(), ElementsAre()) << name_of(status);
  }
}

}  // namespace
}  // namespace trainwreck
