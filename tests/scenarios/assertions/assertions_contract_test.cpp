#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/support/told_story.h"

// Method: the same failing step under hardened, which keeps the contract, and under keras, which
// does not.
namespace trainwreck::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string failing(const std::string& assertion, const std::string& profile) {
  return finding_of(story(R"("when": [{"kind": "step_throws",
      "at": {"epoch": 1, "batch": 1, "site": "step.loss"}}], )" +
                          then_both(assertion)),
                    profile);
}

TEST(KeepsContractAssertion, NamesEveryBreach) {
  EXPECT_EQ(failing(R"({"kind": "keeps_contract"})", "hardened"), "held");
  EXPECT_THAT(
      failing(R"({"kind": "keeps_contract"})", "keras"),
      HasSubstr("; N4: on_train_batch_end of A is missing: epoch 1, batch 1 ended failed; "));
}

TEST(KeepsContractAssertion, MayLeaveClausesOut) {
  EXPECT_EQ(failing(R"({"kind": "keeps_contract", "except": ["N4", "H4", "E2", "D4"]})", "keras"),
            "held");
}

TEST(KeepsContractAssertion, RecordsWhatAClauseNeeds) {
  EXPECT_EQ(plain(R"({"kind": "keeps_contract", "decided": ["W1", "W3", "D3", "C1", "P2"]})"),
            "held");
  EXPECT_EQ(plain(R"({"kind": "keeps_contract", "decided": ["U1"]})"),
            "no clause of the contract is broken -> U1 is unknown: nothing was resumed");
}

TEST(KeepsContractAssertion, DecidesAboutResuming) {
  const auto resumed = [](const std::string& profile) {
    return finding_of(story(R"("runs": [
        {"do": "fit", "when": [{"kind": "sigkill", "at": {"epoch": 1, "site": "step.apply"}}]},
        {"do": "restart"}, {"do": "fit"}], )" +
                                then_both(R"({"kind": "keeps_contract", "decided": ["U1"],
                                              "except": ["C1", "C2", "C4", "N4", "D4"]})"),
                            R"({"kind": "backup_and_restore", "backup_dir": "backup"})"),
                      profile);
  };
  EXPECT_EQ(resumed("hardened"), "held");
}

TEST(BreaksContractAssertion, WantsTheseOrTheseAndNoOther) {
  EXPECT_EQ(failing(R"({"kind": "breaks_contract", "at_least": ["N4"]})", "keras"), "held");
  EXPECT_EQ(failing(R"({"kind": "breaks_contract", "at_least": ["N4"]})", "hardened"),
            "at least [N4] broken -> none");
  EXPECT_THAT(
      failing(R"({"kind": "breaks_contract", "exactly": ["N3"]})", "keras"),
      HasSubstr("exactly [N3] broken -> D4: on_epoch_end of the source arrays came outside"));
}

TEST(BreaksContractAssertion, KnowsTheClauses) {
  EXPECT_THAT(mistakes_of(story(then(R"({"kind": "breaks_contract", "at_least": ["Q7"]})"))),
              ElementsAre(HasSubstr("the contract has no clause Q7")));
}

}  // namespace
}  // namespace trainwreck::testing
