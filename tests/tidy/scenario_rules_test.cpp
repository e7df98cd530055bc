// Method: each rule is shown a file that breaks it, and one that almost does.
#include "tests/tidy/scenario_rules.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/flow/vocabulary.h"

namespace trainwreck::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kHolds = R"("then": [{"kind": "status", "is": "completed"}])";

// A sound scenario with this under "given", and with this behind it.
std::string scenario(std::string_view given, std::string_view rest = kHolds) {
  return fmt::format("{{\"name\": \"n\", \"about\": \"It is so.\",\n\"given\": {{{}}},\n{}}}",
                     given, rest);
}

Violations silent(const std::string& text) {
  const Listing tree = {{"scenarios/library/a.json", text}, {"tests/b.json", "{}"}};
  return silent_scenarios(tree, builtin_vocabulary());
}

TEST(SilentScenarios, AreThoseWithoutASentenceOfAbout) {
  const auto with = [](const std::string& about) {
    return silent("{\"name\": \"n\", " + about + "\"given\": {}, " + std::string(kHolds) + "}");
  };
  const auto refused = ElementsAre("scenarios/library/a.json: has no sentence of \"about\"");
  EXPECT_THAT(with(""), refused);
  EXPECT_THAT(with("\"about\": \"\", "), refused);
  EXPECT_THAT(with("\"about\": \"It matters.\", "), refused);
  EXPECT_THAT(with("\"about\": \"What this is about\", "), refused);
  EXPECT_THAT(with("\"about\": \"It matters here.\", "), IsEmpty());
}

TEST(SilentScenarios, AreThoseThatSayOfThemselvesWhatAnotherDoes) {
  const Listing tree = {{"scenarios/library/a.json", scenario("")},
                        {"scenarios/library/b.json", scenario("")}};
  EXPECT_THAT(silent_scenarios(tree, builtin_vocabulary()),
              ElementsAre("scenarios/library/b.json: its \"about\" is that of "
                          "scenarios/library/a.json"));
}

TEST(SilentScenarios, AreThoseThatSpellOutDefaults) {
  EXPECT_THAT(silent(scenario(
                  R"("data": {"kind": "arrays", "samples": 64, "features": 8, "batch_size": 16},
             "model": [{"kind": "dense", "units": 1}],
             "compile": {"optimizer": {"kind": "sgd", "learning_rate": 0.01}, "loss": "mse"})")),
              ElementsAre("scenarios/library/a.json:2: /given/data is the default",
                          "scenarios/library/a.json:3: /given/model is the default",
                          "scenarios/library/a.json:4: /given/compile/optimizer is the default",
                          "scenarios/library/a.json:4: /given/compile/loss is the default"));
  EXPECT_THAT(silent(scenario(R"("model": {"kind": "dense", "units": 1}, "compile": {})")),
              ElementsAre("scenarios/library/a.json:2: /given/model is the default",
                          "scenarios/library/a.json:2: /given/compile is the default"));
  EXPECT_THAT(silent(scenario(
                  R"("data": {"kind": "arrays", "samples": 64, "features": 8, "batch_size": 32},
             "model": [{"kind": "dense", "units": 2}],
             "compile": {"optimizer": {"kind": "sgd", "learning_rate": 0.02}, "loss": "mae"})")),
              IsEmpty());
}

TEST(SilentScenarios, MayWriteADefaultThatACaseChangesAPartOf) {
  const std::string cases =
      std::string(kHolds) + R"(, "cases": [{"name": "c", "set": {"/given/model/0/units": 2}}])";
  EXPECT_THAT(silent(scenario(R"("model": [{"kind": "dense", "units": 1}])", cases)), IsEmpty());
}

TEST(SilentScenarios, AreThoseWithACaseThatSetsWhatIsThere) {
  const auto with = [](const std::string& set) {
    return silent(
        scenario(R"("fit": {"epochs": 2})",
                 std::string(kHolds) + ", \"cases\": [{\"name\": \"c\", \"set\": {" + set + "}}]"));
  };
  EXPECT_THAT(with(R"("/given/fit/epochs": 2)"),
              ElementsAre("scenarios/library/a.json:3: the case sets /given/fit/epochs to what it "
                          "is"));
  EXPECT_THAT(with(R"("/given/model": [{"kind": "dense", "units": 1}])"),
              ElementsAre("scenarios/library/a.json:3: the case sets /given/model to what it is"));
  EXPECT_THAT(with(R"("/given/fit/epochs": 3)"), IsEmpty());
  EXPECT_THAT(with(""), IsEmpty());
  // The first of the two changes what the second is put into.
  EXPECT_THAT(with(R"("/given/fit": {"shuffle": true}, "/given/fit/epochs": 2)"), IsEmpty());
}

TEST(SilentScenarios, AreThoseThatRepeatTheContract) {
  const auto with = [](const std::string& then, const std::string& given = {}) {
    return silent(scenario(given, "\"then\": " + then));
  };
  const std::string status = R"({"kind": "status", "is": "completed"})";
  const std::string keeps = R"({"kind": "keeps_contract"})";
  EXPECT_THAT(
      with("[" + status + ", " + keeps + "]"),
      ElementsAre("scenarios/library/a.json: /then/1 is a keeps_contract that is added anyway"));
  EXPECT_THAT(with("{\"both\": [" + status + "], \"hardened\": [" + keeps + "]}"),
              ElementsAre("scenarios/library/a.json: /then/hardened/0 is a keeps_contract that is "
                          "added anyway"));
  // It is all that is said, also said of Keras, or about choices of the scenario's own.
  EXPECT_THAT(with("[" + keeps + "]"), IsEmpty());
  EXPECT_THAT(with("{\"both\": [" + status + ", " + keeps + "]}"), IsEmpty());
  EXPECT_THAT(
      with("[" + status + ", " + keeps + "]", R"("policy": {"loop.logs": "shared_by_callbacks"})"),
      IsEmpty());
  EXPECT_THAT(with("[" + status + R"(, {"kind": "keeps_contract", "except": ["D1"]}])"), IsEmpty());
}

TEST(SilentScenarios, MayRepeatTheContractWhereOneOfTheirCasesNeedsIt) {
  const std::string rest =
      R"("then": [{"kind": "status", "is": "completed"}, {"kind": "keeps_contract"}],
         "cases": [{"name": "c", "set": {}},
                   {"name": "d", "set": {"/given/policy": {"loop.logs": "shared_by_callbacks"}}}])";
  EXPECT_THAT(silent(scenario("", rest)), IsEmpty());
}

}  // namespace
}  // namespace trainwreck::tidy
