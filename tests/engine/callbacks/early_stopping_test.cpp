// Method: the tables are those of real Keras 3.15.1, epoch by epoch; the `keras` policy must give
// the same, and hardened differs only where a test says so.
#include "engine/callbacks/early_stopping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "tests/engine/callbacks/callback_scene.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using testing::kNan;
using testing::RunScript;
using testing::ScriptedRun;

constexpr double kMissing = -99.0;

struct Row {
  std::int64_t wait;
  double best;  // kMissing: none yet
  std::int64_t best_epoch;
  std::int64_t stopped_epoch;
  bool stop;

  friend bool operator==(const Row& a, const Row& b) {
    const bool same_best = a.best == b.best || (std::isnan(a.best) && std::isnan(b.best));
    return same_best && a.wait == b.wait && a.best_epoch == b.best_epoch &&
           a.stopped_epoch == b.stopped_epoch && a.stop == b.stop;
  }
  friend std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << "{" << row.wait << ", " << row.best << ", " << row.best_epoch << ", "
               << row.stopped_epoch << ", " << row.stop << "}";
  }
};

struct PlayedRun {
  std::vector<Row> rows;
  float weight = 0.0F;
  std::vector<Warning> warnings;
};

PlayedRun play_stopping(EarlyStoppingOptions options, RunScript script, Policy policy = keras()) {
  ScriptedRun run(std::move(policy));
  const auto stopping = std::make_shared<EarlyStopping>(std::move(options));
  PlayedRun played;
  Session& session = run.play({stopping}, script, [&](std::int64_t) {
    played.rows.push_back({stopping->wait(), stopping->best().value_or(kMissing),
                           stopping->best_epoch(), stopping->stopped_epoch(),
                           run.session().stop_requested()});
  });
  played.weight = run.weight();
  played.warnings = session.warnings();
  return played;
}

TEST(EarlyStopping, PatienceThreeWaitsThreeEpochs) {
  const PlayedRun played =
      play_stopping({.patience = 3}, {.values = {1.0, 0.9, 0.95, 0.94, 0.93, 0.5, 0.4}});
  EXPECT_THAT(played.rows, ElementsAre(Row{0, 1.0, 0, 0, false}, Row{0, 0.9, 1, 0, false},
                                       Row{1, 0.9, 1, 0, false}, Row{2, 0.9, 1, 0, false},
                                       Row{3, 0.9, 1, 4, true}));
  EXPECT_EQ(played.weight, 5.0F);
}

TEST(EarlyStopping, PatienceOneZeroAndLessAreTheSame) {
  for (const std::int64_t patience : {1, 0, -1}) {
    const PlayedRun played =
        play_stopping({.patience = patience}, {.values = {1.0, 0.9, 0.95, 0.94, 0.93, 0.5, 0.4}});
    EXPECT_THAT(played.rows, ElementsAre(Row{0, 1.0, 0, 0, false}, Row{0, 0.9, 1, 0, false},
                                         Row{1, 0.9, 1, 2, true}))
        << patience;
  }
}

TEST(EarlyStopping, EpochZeroNeverStops) {
  const PlayedRun played = play_stopping({.patience = 0}, {.values = {1.0, 1.0, 1.0}});
  EXPECT_THAT(played.rows, ElementsAre(Row{0, 1.0, 0, 0, false}, Row{1, 1.0, 0, 1, true}));
}

TEST(EarlyStopping, SmallGainsAddUpAgainstTheOldBest) {
  const PlayedRun played = play_stopping({.monitor = {.min_delta = 0.1}, .patience = 3},
                                         {.values = {1.0, 0.96, 0.92, 0.88, 0.84, 0.8}});
  EXPECT_THAT(played.rows, ElementsAre(Row{0, 1.0, 0, 0, false}, Row{1, 1.0, 0, 0, false},
                                       Row{2, 1.0, 0, 0, false}, Row{0, 0.88, 3, 0, false},
                                       Row{1, 0.88, 3, 0, false}, Row{2, 0.88, 3, 0, false}));
}

TEST(EarlyStopping, NegativeMinDeltaCountsAbsolute) {
  const PlayedRun played = play_stopping({.monitor = {.min_delta = -0.1}, .patience = 2},
                                         {.values = {1.0, 0.95, 0.9, 0.85, 0.7}});
  EXPECT_THAT(played.rows, ElementsAre(Row{0, 1.0, 0, 0, false}, Row{1, 1.0, 0, 0, false},
                                       Row{2, 1.0, 0, 2, true}));
}

TEST(EarlyStopping, ModeMaxWatchesForMore) {
  const PlayedRun played =
      play_stopping({.monitor = {.metric = "val_acc", .mode = "max"}, .patience = 2},
                    {.values = {0.1, 0.5, 0.4, 0.45, 0.6}, .metric = "val_acc"});
  EXPECT_THAT(played.rows, ElementsAre(Row{0, 0.1, 0, 0, false}, Row{0, 0.5, 1, 0, false},
                                       Row{1, 0.5, 1, 0, false}, Row{2, 0.5, 1, 3, true}));
}

TEST(EarlyStopping, AutoModeOfAnUnknownMetricRaisesAtTheFirstEpochsEnd) {
  ScriptedRun run(keras());
  const auto stopping = std::make_shared<EarlyStopping>(
      EarlyStoppingOptions{.monitor = {.metric = "val_acc"}, .start_from_epoch = 5});
  int epochs = 0;
  EXPECT_THROW(run.play({stopping}, {.values = {0.1, 0.2}, .metric = "val_acc"},
                        [&](std::int64_t) { ++epochs; }),
               ValueError);
  EXPECT_EQ(epochs, 0);
}

TEST(EarlyStopping, FirstNanBecomesTheBestInKeras) {
  const PlayedRun played = play_stopping({.patience = 2}, {.values = {kNan, 0.5, 0.4, 0.3}});
  EXPECT_THAT(played.rows, ElementsAre(Row{0, kNan, 0, 0, false}, Row{1, kNan, 0, 0, false},
                                       Row{2, kNan, 0, 2, true}));
}

TEST(EarlyStopping, NanNeverBecomesTheBestInHardened) {
  const PlayedRun played = play_stopping({.monitor = {.mode = "min"}, .patience = 2},
                                         {.values = {kNan, 0.5, kNan, 0.4}}, hardened());
  EXPECT_THAT(played.rows, ElementsAre(Row{1, kMissing, 0, 0, false}, Row{0, 0.5, 1, 0, false},
                                       Row{1, 0.5, 1, 0, false}, Row{0, 0.4, 3, 0, false}));
}

TEST(EarlyStopping, LaterNansAreNoImprovement) {
  const PlayedRun played =
      play_stopping({.patience = 2}, {.values = {1.0, kNan, 0.9, kNan, kNan, 0.5}});
  EXPECT_THAT(played.rows, ElementsAre(Row{0, 1.0, 0, 0, false}, Row{1, 1.0, 0, 0, false},
                                       Row{0, 0.9, 2, 0, false}, Row{1, 0.9, 2, 0, false},
                                       Row{2, 0.9, 2, 4, true}));
}

TEST(EarlyStopping, EpochsWithoutTheMetricDoNotCount) {
  const PlayedRun played =
      play_stopping({.patience = 2}, {.values = {1.0, std::nullopt, std::nullopt, 1.1, 1.2, 1.3}});
  EXPECT_THAT(played.rows, ElementsAre(Row{0, 1.0, 0, 0, false}, Row{0, 1.0, 0, 0, false},
                                       Row{0, 1.0, 0, 0, false}, Row{1, 1.0, 0, 0, false},
                                       Row{2, 1.0, 0, 4, true}));
  EXPECT_EQ(played.warnings.size(), 2U);
}

TEST(EarlyStopping, BaselineThatIsBeatenLateKeepsTheWaitUntilThen) {
  const PlayedRun played = play_stopping({.patience = 3, .baseline = 0.5},
                                         {.values = {1.0, 0.9, 0.4, 0.45, 0.46, 0.47}});
  EXPECT_THAT(played.rows, ElementsAre(Row{1, 1.0, 0, 0, false}, Row{2, 0.9, 1, 0, false},
                                       Row{0, 0.4, 2, 0, false}, Row{1, 0.4, 2, 0, false},
                                       Row{2, 0.4, 2, 0, false}, Row{3, 0.4, 2, 5, true}));
}

TEST(EarlyStopping, ImprovingRunBelowTheBaselineNeverStopsInKeras) {
  const PlayedRun played =
      play_stopping({.patience = 0, .baseline = 0.5}, {.values = {1.0, 0.9, 0.8}});
  EXPECT_THAT(played.rows, ElementsAre(Row{1, 1.0, 0, 0, false}, Row{2, 0.9, 1, 0, false},
                                       Row{3, 0.8, 2, 0, false}));
}

TEST(EarlyStopping, ImprovingRunBelowTheBaselineStopsInHardened) {
  const PlayedRun played =
      play_stopping({.patience = 2, .baseline = 0.5}, {.values = {1.0, 0.9, 0.8}}, [] {
        Policy policy = keras();
        policy.monitor.below_baseline = BelowBaseline::waits;
        return policy;
      }());
  EXPECT_THAT(played.rows, ElementsAre(Row{1, 1.0, 0, 0, false}, Row{2, 0.9, 1, 1, true}));
}

TEST(EarlyStopping, StartFromEpochIgnoresEarlierValues) {
  const PlayedRun played =
      play_stopping({.patience = 2, .restore_best_weights = true, .start_from_epoch = 3},
                    {.values = {0.1, 0.2, 0.3, 1.0, 0.9, 1.2, 1.3}});
  EXPECT_THAT(played.rows, ElementsAre(Row{0, kMissing, 0, 0, false}, Row{0, kMissing, 0, 0, false},
                                       Row{0, kMissing, 0, 0, false}, Row{0, 1.0, 3, 0, false},
                                       Row{0, 0.9, 4, 0, false}, Row{1, 0.9, 4, 0, false},
                                       Row{2, 0.9, 4, 6, true}));
  EXPECT_EQ(played.weight, 5.0F);
}

TEST(EarlyStopping, StartFromEpochCountsAbsoluteEpochs) {
  const PlayedRun played = play_stopping({.patience = 1, .start_from_epoch = 3},
                                         {.values = {1.0, 2.0}, .first_epoch = 3});
  EXPECT_THAT(played.rows, ElementsAre(Row{0, 1.0, 3, 0, false}, Row{1, 1.0, 3, 4, true}));
}

TEST(EarlyStopping, RestoresTheBestWeightsAlsoWhenItDidNotStop) {
  const EarlyStoppingOptions options{
      .monitor = {.mode = "max"}, .patience = 10, .restore_best_weights = true};
  EXPECT_EQ(play_stopping(options, {.values = {0.1, 0.9, 0.5}}).weight, 2.0F);
  // A tie keeps the earlier epoch.
  EXPECT_EQ(play_stopping(options, {.values = {0.1, 0.9, 0.9}}).weight, 2.0F);
  EXPECT_EQ(play_stopping(options, {.values = {0.1, 0.8, 0.9}}).weight, 3.0F);
}

TEST(EarlyStopping, RestoresTheFirstNanEpochInKerasAndNotInHardened) {
  const EarlyStoppingOptions options{
      .monitor = {.mode = "min"}, .patience = 2, .restore_best_weights = true};
  EXPECT_EQ(play_stopping(options, {.values = {kNan, 0.5, 0.4, 0.3}}).weight, 1.0F);
  EXPECT_EQ(play_stopping(options, {.values = {kNan, 0.5, 0.4, 0.6}}, hardened()).weight, 3.0F);
}

TEST(EarlyStopping, RestoresNothingWhenTheMetricNeverCame) {
  const PlayedRun played =
      play_stopping({.restore_best_weights = true}, {.values = {std::nullopt, std::nullopt}});
  EXPECT_EQ(played.weight, 2.0F);
}

TEST(EarlyStopping, SecondFitStartsAnew) {
  ScriptedRun run(keras());
  const auto stopping = std::make_shared<EarlyStopping>(EarlyStoppingOptions{.patience = 1});
  run.play({stopping}, {.values = {1.0, 2.0}});
  EXPECT_EQ(stopping->stopped_epoch(), 1);
  Session& second = run.play({stopping}, {.values = {6.0}});
  EXPECT_EQ(stopping->stopped_epoch(), 0);
  EXPECT_EQ(stopping->wait(), 0);
  EXPECT_EQ(stopping->best(), 6.0);
  EXPECT_FALSE(second.stop_requested());
}

TEST(EarlyStopping, SaysWhyItStops) {
  ScriptedRun run(keras());
  const auto stopping = std::make_shared<EarlyStopping>(EarlyStoppingOptions{.patience = 2});
  Session& session = run.play({stopping}, {.values = {1.0, 1.5, 2.0, 3.0}});
  EXPECT_EQ(session.stop_demand()->by, "early_stopping");
  EXPECT_EQ(session.stop_demand()->reason,
            "val_loss has not improved for 2 epochs; best was 1 in epoch 0");
}

TEST(EarlyStopping, StateOfARunGoesOnInAnother) {
  const EarlyStoppingOptions options{.patience = 3, .restore_best_weights = true};
  CallbackState state;
  {
    ScriptedRun run(keras());
    const auto first = std::make_shared<EarlyStopping>(options);
    run.play({first}, {.values = {1.0, 0.5, 0.6}});
    first->save_state(state);
  }
  for (const bool before : {true, false}) {
    ScriptedRun run(keras());
    const auto second = std::make_shared<EarlyStopping>(options);
    // Whoever restores may stand before or behind it in the list.
    class Restorer final : public Callback {
     public:
      Restorer(Callback& target, const CallbackState& saved) : target_(target), saved_(saved) {}
      std::string name() const override { return "restorer"; }
      void on_train_begin(Event&) override { target_.load_state(saved_); }

     private:
      Callback& target_;
      const CallbackState& saved_;
    };
    const CallbackHandle restorer = std::make_shared<Restorer>(*second, state);
    std::vector<CallbackHandle> callbacks{second};
    callbacks.insert(before ? callbacks.begin() : callbacks.end(), restorer);
    run.play(callbacks, {.values = {0.7, 0.8, 0.1}, .first_epoch = 3});
    EXPECT_EQ(second->stopped_epoch(), 4) << before;
    EXPECT_EQ(second->best_epoch(), 1) << before;
    EXPECT_EQ(run.weight(), 2.0F) << before;
    // The next run is a new one again.
    run.play({second}, {.values = {9.0}});
    EXPECT_EQ(second->best(), 9.0) << before;
  }
}

TEST(EarlyStopping, WeightsOfAnotherModelAreNotRestored) {
  ScriptedRun run(keras());
  const auto stopping =
      std::make_shared<EarlyStopping>(EarlyStoppingOptions{.restore_best_weights = true});
  const auto grow = [&](std::int64_t) { run.model->parameters().add({.name = "x", .shape = {1}}); };
  EXPECT_EQ(error_of<StateError>([&] { run.play({stopping}, {.values = {1.0}}, grow); }),
            "EarlyStopping: the best weights are 2 numbers, the model has 3");
}

TEST(EarlyStopping, NoMemoryForTheCopyIsAnErrorAndNoNewBest) {
  ScriptedRun run(keras());
  testing::ScriptedWorld& world = run.world;
  world.memory.reserve(MemoryPurpose::other, std::numeric_limits<std::int64_t>::max());
  const auto stopping =
      std::make_shared<EarlyStopping>(EarlyStoppingOptions{.restore_best_weights = true});
  EXPECT_THROW(run.play({stopping}, {.values = {1.0}}), OutOfMemory);
  EXPECT_EQ(stopping->best(), std::nullopt);
}

TEST(EarlyStopping, IsBuiltFromJson) {
  const CallbackHandle handle = callback_from(
      R"({"kind": "early_stopping", "monitor": "loss", "mode": "min", "min_delta": 0.5,
          "patience": 2, "baseline": 9, "restore_best_weights": true, "start_from_epoch": 1})");
  ASSERT_TRUE(handle);
  ScriptedRun run(keras());
  run.play({handle}, {.values = {5.0, 4.0, 3.9, 3.8, 1.0}, .metric = "loss"});
  EXPECT_EQ(run.session().stop_demand()->epoch, 3);
  EXPECT_EQ(run.weight(), 2.0F);
  std::string wrong;
  callback_from(R"({"kind": "early_stopping", "patiense": 2})", &wrong);
  EXPECT_EQ(wrong, "/patiense is not a known key; did you mean \"patience\"?\n");
}

// Row "early_stopping" of docs/callbacks_and_status.md.
TEST(StatusTableEarlyStopping, JudgesAnEpochUnlessItBrokeOff) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted}) {
    const PlayedRun played =
        play_stopping({.patience = 2}, {.values = {1.0, 2.0}, .last_status = status});
    EXPECT_EQ(played.rows.back(), (Row{1, 1.0, 0, 0, false})) << name_of(status);
  }
  for (const Status status : {Status::failed, Status::interrupted}) {
    const PlayedRun played =
        play_stopping({.patience = 2}, {.values = {1.0, 2.0}, .last_status = status});
    EXPECT_EQ(played.rows.back(), (Row{0, 1.0, 0, 0, false})) << name_of(status);
  }
}

TEST(StatusTableEarlyStopping, RestoresWeightsOnlyOfARunThatEndedByItself) {
  const EarlyStoppingOptions options{.patience = 9, .restore_best_weights = true};
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted}) {
    EXPECT_EQ(play_stopping(options, {.values = {1.0, 2.0}, .last_status = status}).weight, 1.0F)
        << name_of(status);
  }
  for (const Status status : {Status::failed, Status::interrupted}) {
    EXPECT_EQ(play_stopping(options, {.values = {1.0, 2.0}, .last_status = status}).weight, 2.0F)
        << name_of(status);
  }
}

}  // namespace
}  // namespace trainwreck
