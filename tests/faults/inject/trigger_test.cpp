#include "faults/inject/trigger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/faults/kinds/faulty_run.h"

namespace trainwreck::testing {
namespace {

using ::testing::ElementsAre;

// Where a fault that changes nothing struck in a run of three epochs of three batches.
std::vector<std::string> strikes(const std::string& rest) {
  const std::string fault =
      R"({"kind": "hook_stalls", "at": {"site": "hook.on_train_batch_begin")" + rest + "}";
  return run({.faults = {fault}, .epochs = 3, .checkpoints = false}).addresses;
}

std::string at(int epoch, int batch) {
  return "0/0/" + std::to_string(epoch) + "/" + std::to_string(batch) +
         "/hook.on_train_batch_begin[probe]#0";
}

TEST(Trigger, StrikesTheFirstMatchOnceByDefault) {
  EXPECT_THAT(strikes("}"), ElementsAre(at(0, 0)));
}

TEST(Trigger, WhereIsEpochBatchAndCallback) {
  EXPECT_THAT(strikes(R"(, "epoch": 1})"), ElementsAre(at(1, 0)));
  EXPECT_THAT(strikes(R"(, "epoch": 2, "batch": 1})"), ElementsAre(at(2, 1)));
  EXPECT_THAT(strikes(R"(, "batch": 2, "callback": "probe", "run": 0, "fit": 0})"),
              ElementsAre(at(0, 2)));
  EXPECT_THAT(strikes(R"(, "callback": "nobody"})"), ElementsAre());
  EXPECT_THAT(strikes(R"(, "fit": 1})"), ElementsAre());
  EXPECT_THAT(strikes(R"(, "nth": 1})"), ElementsAre());
}

TEST(Trigger, TimesCountsStrikes) {
  EXPECT_THAT(strikes(R"(}, "times": 2)"), ElementsAre(at(0, 0), at(0, 1)));
  EXPECT_EQ(strikes(R"(}, "times": "always")").size(), 9U);
}

TEST(Trigger, SkipLetsMatchesPass) {
  EXPECT_THAT(strikes(R"(}, "skip": 4)"), ElementsAre(at(1, 1)));
  EXPECT_THAT(strikes(R"(, "batch": 1}, "skip": 1, "times": "always")"),
              ElementsAre(at(1, 1), at(2, 1)));
}

TEST(Trigger, EveryCountsFromTheFirstOneThatIsNotSkipped) {
  EXPECT_THAT(strikes(R"(}, "every": 4, "times": "always")"),
              ElementsAre(at(0, 0), at(1, 1), at(2, 2)));
  EXPECT_THAT(strikes(R"(}, "every": 4, "skip": 1, "times": 2)"), ElementsAre(at(0, 1), at(1, 2)));
}

TEST(Trigger, UntilIsTheFirstEpochOfPeace) {
  EXPECT_THAT(strikes(R"(, "batch": 0}, "until": 2, "times": "always")"),
              ElementsAre(at(0, 0), at(1, 0)));
}

TEST(Trigger, ChanceIsDrawnFromTheSeedAndTheSameEachTime) {
  const auto struck = strikes(R"(}, "probability": 0.5, "times": "always")");
  EXPECT_EQ(struck, strikes(R"(}, "probability": 0.5, "times": "always")"));
  EXPECT_GT(struck.size(), 0U);
  EXPECT_LT(struck.size(), 9U);
  EXPECT_EQ(strikes(R"(}, "probability": 0, "times": "always")").size(), 0U);
}

TEST(Trigger, AStarAtTheEndOfAPathMatchesTheRest) {
  EXPECT_THAT(
      run(R"({"kind": "io_error", "at": {"site": "file.create", "path": "ckpt/1*"}})", hardened())
          .addresses,
      ElementsAre("0/0/0/-/file.create[ckpt/1.safetensors.0.tmp]#0"));
}

TEST(Trigger, NthCountsTheSameThingAtOneInstant) {
  EXPECT_THAT(run(R"({"kind": "io_error",
              "at": {"site": "file.sync_directory", "path": "ckpt", "nth": 1}})",
                  hardened())
                  .addresses,
              ElementsAre());
  EXPECT_THAT(
      run(R"({"kind": "hook_stalls", "at": {"site": "hook.on_epoch_end", "epoch": 1}})", hardened())
          .addresses,
      ElementsAre("0/0/1/-/hook.on_epoch_end[probe]#0"));
}

TEST(Trigger, MistakesAreToldWithTheNearestRightWord) {
  EXPECT_EQ(complaints_about_fault(R"({"kind": "hook_throw", "at": {"site": "x"}})"),
            "/kind \"hook_throw\" is unknown; did you mean \"hook_throws\"?\n");
  EXPECT_EQ(
      complaints_about_fault(R"({"kind": "hook_throws", "at": {"site": "hook.on_epoch_ends"}})"),
      "/at/site \"hook.on_epoch_ends\" is unknown; did you mean \"hook.on_epoch_end\"?\n");
  EXPECT_EQ(complaints_about_fault(R"({"kind": "nan_loss", "at": {"epcoh": 1}, "tmies": 2})"),
            "/at/epcoh is not a known key; did you mean \"epoch\"?\n"
            "/tmies is not a known key; did you mean \"times\"?\n");
  EXPECT_EQ(complaints_about_fault(R"({"kind": "step_throws"})"),
            "/at/site is needed: one of step.forward, step.loss, step.backward and step.apply\n");
  EXPECT_EQ(complaints_about_fault(R"({"kind": "nan_loss", "at": {"site": "step.forward"}})"),
            "/at/site \"step.forward\" is no place for this fault; it strikes at step.loss\n");
  EXPECT_EQ(complaints_about_fault(R"({"kind": "nan_loss", "times": "often", "every": 0,
                                       "probability": 2, "skip": -1, "at": {"epoch": "1"}})"),
            "/at/epoch must be an integer, got \"1\"\n"
            "/skip must be at least 0, got -1\n"
            "/times must be a number or \"always\", got \"often\"\n"
            "/every must be at least 1, got 0\n"
            "/probability must be in [0, 1], got 2\n");
}

}  // namespace
}  // namespace trainwreck::testing
