// The other commands as their users meet them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/cli/command_line.h"
#include "tests/scenarios/support/told_story.h"

namespace trainwreck::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Explain, SaysWhatAnythingWithANameMeans) {
  const auto said = [](const std::string& word) { return trainwreck({"explain", word}).output; };
  EXPECT_THAT(said("N4"), AllOf(HasSubstr("invariant N4: "), HasSubstr("judged from one trace")));
  EXPECT_THAT(said("n4"), HasSubstr("invariant N4: "));
  EXPECT_THAT(said("sigterm"),
              AllOf(HasSubstr("fault sigterm: "), HasSubstr("grace_seconds: number, 0 to "),
                    HasSubstr("strikes at hook.on_train_begin, ")));
  EXPECT_THAT(said("mse"), AllOf(HasSubstr("loss mse: "), HasSubstr("metric mse: ")));
  EXPECT_THAT(said("csv_logger"), HasSubstr("filename: text; required"));
  EXPECT_THAT(said("loop.end_hooks"),
              HasSubstr("keras: skipped_on_failure, hardened: closed_with_status"));
  EXPECT_THAT(said("step.forward"), HasSubstr("site step.forward: "));
  EXPECT_THAT(said("mount"), HasSubstr("need mount: "));
}

TEST(Explain, KnowsTheNearestName) {
  const Called called = trainwreck({"explain", "sigtrem"});
  EXPECT_EQ(called.exit_code, 2);
  EXPECT_THAT(called.output, HasSubstr("Nothing is called \"sigtrem\"; did you mean \"sigterm\"?"));
}

TEST(New, WritesAScenarioThatHolds) {
  const Folder folder;
  const std::string path = folder.path("mine/first.json");
  EXPECT_EQ(trainwreck({"new", path}).exit_code, 0);
  EXPECT_THAT(folder.read("mine/first.json"), HasSubstr("// When: what goes wrong"));
  const Called called = trainwreck({"run", path});
  EXPECT_EQ(called.exit_code, 0) << called.output;
  EXPECT_EQ(trainwreck({"new", path}).exit_code, 2) << "what is there stays";
}

TEST(ListCommand, PrintsTheClaimsOfScenarios) {
  const Folder folder;
  folder.with("a.json", story(R"("claim": {"says": "it works", "from": "000-01",
    "holds": {"keras": false, "hardened": true}},
    "then": [{"kind": "status", "is": "completed"}])"));
  EXPECT_THAT(trainwreck({"list", "claims", folder.path("")}).output,
              AllOf(HasSubstr("false     true      it works (000-01)"), HasSubstr("\n1 claims")));
}

TEST(ListCommand, CoverageComesFromTheScenarios) {
  const Folder folder;
  folder.with("a.json", story(R"("then": [{"kind": "status", "is": "completed"}])"));
  const std::string before = trainwreck({"list", "coverage", folder.path("")}).output;
  folder.with("b.json", story(R"(
    "when": [{"kind": "hook_throws", "at": {"site": "hook.on_epoch_end"}}],
    "then": [{"kind": "status", "is": "failed"}])"));
  const std::string after = trainwreck({"list", "coverage", folder.path("")}).output;
  EXPECT_THAT(before, HasSubstr("\n0 tested, "));
  EXPECT_THAT(after, HasSubstr("\n1 tested, "));
  EXPECT_THAT(after, HasSubstr("it is the source that goes wrong"));
}

TEST(ListCommand, PrintsOneCatalogByItsName) {
  const Called called = trainwreck({"list", "losses"});
  EXPECT_THAT(called.output, AllOf(HasSubstr("### `mse`"), Not(HasSubstr("### `dense`"))));
  EXPECT_EQ(trainwreck({"list", "nonsense"}).exit_code, 2);
}

TEST(Bench, MeasuresEveryHookOfEveryCallback) {
  const Folder folder;
  folder.with("a.json", story(R"("then": [{"kind": "status", "is": "completed"}])",
                              R"({"kind": "model_checkpoint", "path": "m.safetensors"})"));
  const Called called = trainwreck({"bench", "callbacks", folder.path("a.json"), "--repeat", "3"});
  EXPECT_EQ(called.exit_code, 0);
  // Two epochs in each of three runs.
  EXPECT_THAT(called.output, ::testing::ContainsRegex("model_checkpoint +on_epoch_end +6 "));
  EXPECT_THAT(called.output, ::testing::HasSubstr(" 100.00\n"));
  const Called without = trainwreck(
      {"bench", "callbacks", folder.path("a.json"), "--repeat", "3", "--without", "zebra"});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.output, ::testing::HasSubstr("no callback \"zebra\"; there is "));
  EXPECT_FALSE(folder.has("m.safetensors")) << "it writes in a folder of its own";
}

TEST(Schema, NamesEveryEntryAndForbidsOtherKeys) {
  const nlohmann::json schema = nlohmann::json::parse(trainwreck({"schema"}).output);
  EXPECT_EQ(schema["$schema"], "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(schema["additionalProperties"], false);
  bool found = false;
  for (const nlohmann::json& one : schema["definitions"]["fault"]["anyOf"]) {
    if (!one.contains("properties") || one["properties"]["kind"]["const"] != "sigterm") continue;
    found = true;
    EXPECT_EQ(one["additionalProperties"], false);
    EXPECT_EQ(one["properties"]["grace_seconds"]["minimum"], 0.0);
    EXPECT_TRUE(one["properties"]["at"]["properties"].contains("callback"));
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace trainwreck::testing
