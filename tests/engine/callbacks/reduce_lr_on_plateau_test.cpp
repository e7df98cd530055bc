// Method: the tables are those of real Keras 3.15.1, epoch by epoch.
#include "engine/callbacks/reduce_lr_on_plateau.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "tests/engine/callbacks/callback_scene.h"
#include "tests/support/scripted_run.h"
#include "trainwreck/schedule.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using testing::kNan;
using testing::RunScript;
using testing::ScriptedRun;

struct EpochRow {
  double rate_after;
  std::int64_t wait;
  std::int64_t cooldown;
  double best;

  friend bool operator==(const EpochRow& a, const EpochRow& b) {
    const bool same_best = a.best == b.best || (std::isnan(a.best) && std::isnan(b.best));
    return same_best && std::abs(a.rate_after - b.rate_after) < 1e-7 && a.wait == b.wait &&
           a.cooldown == b.cooldown;
  }
  friend std::ostream& operator<<(std::ostream& out, const EpochRow& row) {
    return out << "{" << row.rate_after << ", " << row.wait << ", " << row.cooldown << ", "
               << row.best << "}";
  }
};

std::vector<EpochRow> play_plateau(ReduceLROnPlateauOptions options, RunScript script,
                                   Policy policy = keras()) {
  ScriptedRun run(std::move(policy));
  run.model->optimizer().set_learning_rate(1.0F);
  const auto plateau = std::make_shared<ReduceLROnPlateau>(std::move(options));
  std::vector<EpochRow> rows;
  run.play({plateau}, script, [&](std::int64_t) {
    rows.push_back({static_cast<double>(run.model->optimizer().learning_rate()), plateau->wait(),
                    plateau->cooldown_left(), plateau->best().value_or(-99.0)});
  });
  return rows;
}

ReduceLROnPlateauOptions halving(std::int64_t patience, std::int64_t cooldown = 0) {
  ReduceLROnPlateauOptions options;
  options.factor = 0.5;
  options.patience = patience;
  options.cooldown = cooldown;
  return options;
}

const std::vector<std::optional<double>> kFlat(5, 1.0);

TEST(ReduceLROnPlateau, PatienceZeroAndOneAreTheSame) {
  for (const std::int64_t patience : {0, 1}) {
    EXPECT_THAT(
        play_plateau(halving(patience), {.values = kFlat}),
        ElementsAre(EpochRow{1.0, 0, 0, 1.0}, EpochRow{0.5, 0, 0, 1.0}, EpochRow{0.25, 0, 0, 1.0},
                    EpochRow{0.125, 0, 0, 1.0}, EpochRow{0.0625, 0, 0, 1.0}));
  }
}

TEST(ReduceLROnPlateau, PatienceTwoWaitsTwoEpochs) {
  EXPECT_THAT(
      play_plateau(halving(2), {.values = kFlat}),
      ElementsAre(EpochRow{1.0, 0, 0, 1.0}, EpochRow{1.0, 1, 0, 1.0}, EpochRow{0.5, 0, 0, 1.0},
                  EpochRow{0.5, 1, 0, 1.0}, EpochRow{0.25, 0, 0, 1.0}));
}

TEST(ReduceLROnPlateau, CooldownOfOneChangesNothingInKeras) {
  EXPECT_THAT(
      play_plateau(halving(2, 1), {.values = kFlat}),
      ElementsAre(EpochRow{1.0, 0, 0, 1.0}, EpochRow{1.0, 1, 0, 1.0}, EpochRow{0.5, 0, 1, 1.0},
                  EpochRow{0.5, 1, 0, 1.0}, EpochRow{0.25, 0, 1, 1.0}));
}

TEST(ReduceLROnPlateau, CooldownOfTwoPausesOneEpochInKeras) {
  EXPECT_THAT(
      play_plateau(halving(1, 2), {.values = kFlat}),
      ElementsAre(EpochRow{1.0, 0, 0, 1.0}, EpochRow{0.5, 0, 2, 1.0}, EpochRow{0.5, 0, 1, 1.0},
                  EpochRow{0.25, 0, 2, 1.0}, EpochRow{0.25, 0, 1, 1.0}));
}

TEST(ReduceLROnPlateau, CooldownPausesAsManyEpochsAsItSaysInHardened) {
  EXPECT_THAT(
      play_plateau(halving(1, 2), {.values = kFlat},
                   [] {
                     Policy policy = keras();
                     policy.monitor.cooldown = Cooldown::as_named;
                     return policy;
                   }()),
      ElementsAre(EpochRow{1.0, 0, 0, 1.0}, EpochRow{0.5, 0, 2, 1.0}, EpochRow{0.5, 0, 1, 1.0},
                  EpochRow{0.5, 0, 0, 1.0}, EpochRow{0.25, 0, 2, 1.0}));
}

TEST(ReduceLROnPlateau, ImprovementDuringTheCooldownIsTheNewBest) {
  EXPECT_THAT(play_plateau(halving(1, 2), {.values = {1.0, 1.0, 0.5, 0.6, 0.6, 0.6}}),
              ElementsAre(EpochRow{1.0, 0, 0, 1.0}, EpochRow{0.5, 0, 2, 1.0},
                          EpochRow{0.5, 0, 1, 0.5}, EpochRow{0.25, 0, 2, 0.5},
                          EpochRow{0.25, 0, 1, 0.5}, EpochRow{0.125, 0, 2, 0.5}));
}

TEST(ReduceLROnPlateau, ModeMaxWatchesForMore) {
  ReduceLROnPlateauOptions options = halving(1);
  options.factor = 0.1;
  options.monitor.mode = "max";
  EXPECT_THAT(
      play_plateau(options, {.values = {0.5, 0.6, 0.6, 0.6, 0.7}}),
      ElementsAre(EpochRow{1.0, 0, 0, 0.5}, EpochRow{1.0, 0, 0, 0.6}, EpochRow{0.1, 0, 0, 0.6},
                  EpochRow{0.01, 0, 0, 0.6}, EpochRow{0.01, 0, 0, 0.7}));
}

TEST(ReduceLROnPlateau, MinDeltaIsOneTenThousandthByDefault) {
  EXPECT_THAT(
      play_plateau(halving(2), {.values = {1.0, 0.99995, 0.9999, 0.99985, 0.9998}}),
      ElementsAre(EpochRow{1.0, 0, 0, 1.0}, EpochRow{1.0, 1, 0, 1.0}, EpochRow{0.5, 0, 0, 1.0},
                  EpochRow{0.5, 0, 0, 0.99985}, EpochRow{0.5, 1, 0, 0.99985}));
}

TEST(ReduceLROnPlateau, NanCountsAsPlateau) {
  EXPECT_THAT(play_plateau(halving(1), {.values = {1.0, kNan, kNan, 0.5}}),
              ElementsAre(EpochRow{1.0, 0, 0, 1.0}, EpochRow{0.5, 0, 0, 1.0},
                          EpochRow{0.25, 0, 0, 1.0}, EpochRow{0.25, 0, 0, 0.5}));
}

TEST(ReduceLROnPlateau, AfterAFirstNanEverythingIsAPlateauInKeras) {
  EXPECT_THAT(play_plateau(halving(1), {.values = {kNan, 0.9, 0.8, 0.7}}),
              ElementsAre(EpochRow{1.0, 0, 0, kNan}, EpochRow{0.5, 0, 0, kNan},
                          EpochRow{0.25, 0, 0, kNan}, EpochRow{0.125, 0, 0, kNan}));
}

TEST(ReduceLROnPlateau, NegativeFactorEndsAtTheLowestRate) {
  ReduceLROnPlateauOptions options = halving(1);
  options.factor = -0.5;
  EXPECT_THAT(
      play_plateau(options, {.values = {1.0, 1.0, 1.0}}),
      ElementsAre(EpochRow{1.0, 0, 0, 1.0}, EpochRow{0.0, 0, 0, 1.0}, EpochRow{0.0, 1, 0, 1.0}));
}

TEST(ReduceLROnPlateau, StopsAtTheLowestRate) {
  ReduceLROnPlateauOptions options = halving(1);
  options.min_lr = 0.3;
  EXPECT_THAT(play_plateau(options, {.values = {1.0, 1.0, 1.0, 1.0}}),
              ElementsAre(EpochRow{1.0, 0, 0, 1.0}, EpochRow{0.5, 0, 0, 1.0},
                          EpochRow{0.3, 0, 0, 1.0}, EpochRow{0.3, 1, 0, 1.0}));
}

TEST(ReduceLROnPlateau, FactorMustReduce) {
  EXPECT_EQ(error_of<ValueError>([] {
              ReduceLROnPlateauOptions options;
              options.factor = 1.0;
              ReduceLROnPlateau(std::move(options));
            }),
            "ReduceLROnPlateau: a factor must be below 1, got 1");
}

// Reads what is in the logs after the callback under test.
class PlateauLogReader final : public Callback {
 public:
  std::string name() const override { return "log_reader"; }
  void on_epoch_end(Event& event) override {
    rates.push_back(event.logs.find("learning_rate").value_or(-1.0));
  }
  std::vector<double> rates;
};

TEST(ReduceLROnPlateau, LogsHaveTheRateThatTheEpochWasTrainedWith) {
  ScriptedRun run(keras());
  run.model->optimizer().set_learning_rate(1.0F);
  const auto reader = std::make_shared<PlateauLogReader>();
  run.play({std::make_shared<ReduceLROnPlateau>(halving(1)), reader}, {.values = {1.0, 1.0, 1.0}});
  EXPECT_THAT(reader->rates, ElementsAre(1.0, 1.0, 0.5));
}

TEST(ReduceLROnPlateau, ScheduleOfTheOptimizerIsATypeErrorAtTheFirstReduction) {
  class Constant final : public Schedule {
   public:
    float at(std::int64_t) const override { return 0.1F; }
  };
  ScriptedRun run(keras());
  optimizers::SgdOptions sgd;
  sgd.schedule = std::make_unique<Constant>();
  run.model->compile(optimizers::make_sgd(std::move(sgd)), losses::make_mse(), {});
  int epochs = 0;
  EXPECT_THROW(run.play({std::make_shared<ReduceLROnPlateau>(halving(1))}, {.values = {1.0, 1.0}},
                        [&](std::int64_t) { ++epochs; }),
               TypeError);
  EXPECT_EQ(epochs, 1);
}

TEST(ReduceLROnPlateau, SecondFitStartsAnewButKeepsTheRate) {
  ScriptedRun run(keras());
  run.model->optimizer().set_learning_rate(1.0F);
  const auto plateau = std::make_shared<ReduceLROnPlateau>(halving(1, 5));
  run.play({plateau}, {.values = {1.0, 1.0}});
  EXPECT_EQ(plateau->cooldown_left(), 5);
  run.play({plateau}, {.values = {3.0}});
  EXPECT_EQ(plateau->cooldown_left(), 0);
  EXPECT_EQ(plateau->best(), 3.0);
  EXPECT_EQ(run.model->optimizer().learning_rate(), 0.5F);
}

TEST(ReduceLROnPlateau, StateComesBackWhole) {
  ScriptedRun run(keras());
  const auto first = std::make_shared<ReduceLROnPlateau>(halving(3, 4));
  run.play({first}, {.values = {1.0, 1.0, 1.0, 1.0, 1.0}});
  CallbackState state;
  first->save_state(state);
  ReduceLROnPlateau second(halving(3, 4));
  second.set_session(run.session());
  second.load_state(state);
  EXPECT_EQ(second.wait(), first->wait());
  EXPECT_EQ(second.cooldown_left(), 3);
  EXPECT_EQ(second.best(), 1.0);
}

TEST(ReduceLROnPlateau, IsBuiltFromJson) {
  const CallbackHandle handle = callback_from(
      R"({"kind": "reduce_lr_on_plateau", "monitor": "loss", "factor": 0.5, "patience": 1,
          "min_delta": 0, "cooldown": 1, "min_lr": 0.2})");
  ASSERT_TRUE(handle);
  ScriptedRun run(keras());
  run.model->optimizer().set_learning_rate(1.0F);
  run.play({handle}, {.values = {1.0, 1.0, 1.0, 1.0, 1.0}, .metric = "loss"});
  EXPECT_EQ(run.model->optimizer().learning_rate(), 0.2F);
  std::string wrong;
  EXPECT_FALSE(callback_from(R"({"kind": "reduce_lr_on_plateau", "factor": 1.5})", &wrong));
  EXPECT_EQ(wrong, "/factor ReduceLROnPlateau: a factor must be below 1, got 1.5\n");
}

// EpochRow "reduce_lr_on_plateau" of docs/callbacks_and_status.md.
TEST(StatusTableReduceLROnPlateau, JudgesAnEpochUnlessItBrokeOff) {
  for (const Status status : {Status::completed, Status::stopped, Status::exhausted}) {
    EXPECT_EQ(play_plateau(halving(1), {.values = {1.0, 1.0}, .last_status = status}).back(),
              (EpochRow{0.5, 0, 0, 1.0}))
        << name_of(status);
  }
  for (const Status status : {Status::failed, Status::interrupted}) {
    EXPECT_EQ(play_plateau(halving(1), {.values = {1.0, 1.0}, .last_status = status}).back(),
              (EpochRow{1.0, 0, 0, 1.0}))
        << name_of(status);
  }
}

}  // namespace
}  // namespace trainwreck
