#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/support/told_story.h"

// Method: each assertion is stated once so that it holds and once or more so that it does not,
// about weights and figures; the texts are what a person would read.
namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(HistoryIsAssertion, LooksAtEpochsKeysAndValues) {
  EXPECT_EQ(plain(R"({"kind": "history_is", "epochs": [0, 1], "keys": ["loss"]})"), "held");
  EXPECT_EQ(plain(R"({"kind": "history_is", "epochs": [0]})"), "epochs [0] -> [0, 1]");
  EXPECT_EQ(plain(R"({"kind": "history_is", "keys": ["loss", "mae"]})"),
            "series loss, mae -> loss");
  EXPECT_THAT(plain(R"({"kind": "history_is", "values": {"loss": [7, 7]}})"),
              HasSubstr("loss = [7, 7] -> ["));
}

TEST(HistoryIsAssertion, ComparesWithinAMillionthUnlessExactlyIsAsked) {
  const auto asked = [](const std::string& rest) {
    return finding_of(
        story(R"("when": [{"kind": "loss_spike", "at": {}, "factor": 0, "times": "always"}], )" +
              then(R"({"kind": "history_is", "values": {"loss": )" + rest + "}")));
  };
  EXPECT_EQ(asked(R"([0, 0]}, "exactly": true)"), "held");
  EXPECT_EQ(asked(R"([0, 1e-9]})"), "loss = [0, 1e-09] -> [0, 0]");
}

TEST(HistoryIsAssertion, InfinityEqualsItselfAlone) {
  const std::string when = R"("when": [{"kind": "inf_loss", "at": {}, "times": "always"}], )";
  const auto asked = [&](const std::string& values) {
    const std::string history = R"({"kind": "history_is", "values": {"loss": )" + values + "}}";
    return finding_of(story(when + R"("then": {"keras": [)" + history + "]}"), "keras");
  };
  EXPECT_EQ(asked(R"(["inf", "inf"])"), "held");
  EXPECT_EQ(asked("[7, 7]"), "loss = [7, 7] -> [inf, inf]");
}

TEST(LossesAreAssertion, RefusesWhatIsNoNumber) {
  EXPECT_THAT(mistakes_of(story(then(R"({"kind": "losses_are", "values": ["0.5", "o.5"]})"))),
              ::testing::Contains(HasSubstr("\"o.5\" is no number")));
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

TEST(WeightsAreAssertion, KnowsInstantsAndFiniteness) {
  EXPECT_EQ(plain(R"({"kind": "weights_are", "as_of": {"epoch": 1, "batch": 1}, "finite": true})"),
            "held");
  EXPECT_THAT(plain(R"({"kind": "weights_are", "as_of": {"epoch": 0}})"),
              MatchesRegex("the weights of epoch 0 -> other weights: dense/kernel\\[0, 0\\] is .* "
                           "instead of .*, and 2 more of 3; the first step after epoch 0 was epoch "
                           "1, batch 0"));
  EXPECT_EQ(plain(R"({"kind": "weights_are", "as_of": {"epoch": 5, "batch": 0}})"),
            "the weights of epoch 5, batch 0 -> the run never came there");
  EXPECT_EQ(plain(R"({"kind": "weights_are", "finite": false})"),
            "weights that are not finite -> all are finite");
}

TEST(LearningRateIsAssertion, ComparesInSinglePrecision) {
  EXPECT_EQ(plain(R"({"kind": "learning_rate_is", "is": 0.25})"), "held");
  EXPECT_EQ(plain(R"({"kind": "learning_rate_is", "is": 0.5})"), "a learning rate of 0.5 -> 0.25");
}

TEST(MemoryPeakBelowAssertion, SpeaksInBytes) {
  EXPECT_EQ(plain(R"({"kind": "memory_peak_below", "bytes": 100000})"), "held");
  EXPECT_THAT(plain(R"({"kind": "memory_peak_below", "bytes": 1})"),
              HasSubstr("a peak below 1 byte"));
  EXPECT_EQ(plain(R"({"kind": "memory_peak_below", "bytes": 97, "for": "batch"})"), "held");
  EXPECT_EQ(plain(R"({"kind": "memory_peak_below", "bytes": 48, "for": "batch"})"),
            "a peak below 48 bytes for batch -> 48 bytes");
}

TEST(MetricAssertion, LooksAtHistoryAndEvaluation) {
  EXPECT_EQ(plain(R"({"kind": "metric", "name": "loss", "epoch": 1, "above": 0, "finite": true})"),
            "held");
  EXPECT_THAT(plain(R"({"kind": "metric", "name": "loss", "below": 0})"),
              HasSubstr("loss < 0 -> 0."));
  EXPECT_THAT(plain(R"({"kind": "metric", "name": "loss", "epoch": 0, "is": 7, "finite": false})"),
              HasSubstr("loss of epoch 0 = 7, not finite -> "));
  EXPECT_EQ(plain(R"({"kind": "metric", "name": "mae", "above": 0})"),
            "mae > 0 -> there is no such value");
  EXPECT_EQ(finding_of(story(R"("runs": [{"do": "evaluate"}], )" +
                             then(R"({"kind": "metric", "name": "loss", "above": 0})"))),
            "held");
}

TEST(ModelRestoredToAssertion, WantsAWayBack) {
  const auto restored = [](const std::string& assertion) {
    return finding_of(story(then(assertion), R"({"kind": "early_stopping", "monitor": "loss",
        "mode": "max", "patience": 1, "restore_best_weights": true})"));
  };
  EXPECT_EQ(restored(R"({"kind": "model_restored_to", "epoch": 0})"), "held");
  EXPECT_THAT(restored(R"({"kind": "model_restored_to", "epoch": 0, "batch": 0})"),
              MatchesRegex("the weights of epoch 0, batch 0 -> other weights: dense/kernel.*; the "
                           "first step after epoch 0, batch 0 was epoch 0, batch 1"));
  EXPECT_EQ(plain(R"({"kind": "model_restored_to", "epoch": 1})"),
            "the weights of epoch 1 -> no step came after them: nothing had to be restored");
  EXPECT_EQ(plain(R"({"kind": "model_restored_to", "epoch": 7})"),
            "the weights of epoch 7 -> the run never came there");
}

}  // namespace
}  // namespace trainwreck::testing
