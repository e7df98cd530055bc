#include "scenarios/judge/weights_apart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/scenarios/support/told_story.h"

namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

const std::vector<ParameterShape> kTwo{{.name = "dense/kernel", .shape = {2, 2}},
                                       {.name = "dense/bias", .shape = {2}}};

TEST(WeightsApart, NamesTensorElementAndBothValues) {
  const std::vector<float> wanted{0, 1, 2, 3, 4, 5};
  EXPECT_EQ(weights_apart(wanted, wanted, kTwo), "");
  EXPECT_EQ(weights_apart({0, 1, 2.5, 3, 4, 5}, wanted, kTwo),
            "dense/kernel[1, 0] is 2.5 instead of 2");
  EXPECT_EQ(weights_apart({0, 1, 2, 3, 4, 6}, wanted, kTwo), "dense/bias[1] is 6 instead of 5");
  EXPECT_EQ(weights_apart({9, 9, 9, 3, 4, 5}, wanted, kTwo),
            "dense/kernel[0, 0] is 9 instead of 0, and 2 more of 6");
  EXPECT_EQ(weights_apart({1, 2}, wanted, kTwo), "2 weights instead of 6");
  EXPECT_EQ(weights_apart({1, 2}, {1, 3}, {}), "weight 1 is 2 instead of 3");
}

TEST(WeightsApart, TellsZerosAndNansApartByTheirBits) {
  EXPECT_EQ(weights_apart({-0.0F}, {0.0F}, {}), "weight 0 is -0 instead of 0");
  const float nan = std::nanf("");
  EXPECT_THAT(weights_apart({nan}, {std::nanf("1")}, {}),
              MatchesRegex("weight 0 is nan \\(0x7fc00000 instead of 0x7fc00001\\)"));
}

// Two epochs of two steps each: the third step, (1, 0), is dropped.
TEST(CallsApart, NameTheFirstStepAfterWhichTheRunsPart) {
  const std::string dropped =
      R"("when": [{"kind": "dropped_step", "at": {"epoch": 1, "batch": 0}}], )";
  EXPECT_THAT(
      finding_of(story(dropped + then(R"({"kind": "ends_as_uninterrupted"})"))),
      MatchesRegex(
          ".* -> other weights: dense/kernel\\[0, 0\\] is .* instead of .*, and 2 more of "
          "3; first apart after step 3 \\(epoch 1, batch 0\\), where dense/kernel\\[0, 0\\] "
          "was .* instead of .*, and 2 more of 3"));
}

// A process that is killed in its third step and starts over from nothing takes the same three
// steps again; one whose optimizer has a momentum that is not restored parts where it goes on.
TEST(CallsApart, LayARunThatWasResumedBesideTheWholeOne) {
  const std::string runs = R"("runs": [
      {"do": "fit", "when": [{"kind": "sigkill", "at": {"epoch": 1, "site": "step.apply"}}]},
      {"do": "restart"},
      {"do": "fit", "when": [{"kind": "bit_flip", "bit": 31,
         "at": {"epoch": 1, "batch": 1, "site": "step.apply"}}]}], )";
  const std::string text = story(runs + then_both(R"({"kind": "ends_as_uninterrupted"})"),
                                 R"({"kind": "backup_and_restore", "backup_dir": "backup"})");
  EXPECT_THAT(finding_of(text), HasSubstr("first apart after step 4 (epoch 1, batch 1), where "));
}

}  // namespace
}  // namespace trainwreck::testing
