// The commands `run` and `replay` as their users meet them: options, reports, exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/scenarios/cli/command_line.h"
#include "tests/scenarios/support/told_story.h"

namespace trainwreck::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHolds = R"("then": {"both": [{"kind": "status", "is": "completed"}]})";
const std::string kFails = R"("then": {"both": [{"kind": "status", "is": "stopped"}]})";
const std::string kHangs = R"("timeout_s": 30, "real_process": true,
  "when": [{"kind": "hang", "at": {"site": "step.loss"}}],
  "then": {"both": [{"kind": "ending", "is": "hung"}]})";

nlohmann::json json_in(const Folder& folder, const std::string& name) {
  return nlohmann::json::parse(folder.read(name));
}

TEST(RunCommand, SaysWhatHeldAndWhatDidNot) {
  const Folder folder;
  folder.with("a.json", story(kHolds));
  EXPECT_EQ(trainwreck({"run", folder.path("a.json")}).exit_code, 0);
  folder.with("b.json", story(kFails));
  const Called called = trainwreck({"run", folder.path("")});
  EXPECT_EQ(called.exit_code, 1);
  EXPECT_THAT(called.output, AllOf(HasSubstr("2 failed, 2 held in"), HasSubstr("failed: a story"),
                                   HasSubstr("b.json:5 /then/both/0 status"),
                                   HasSubstr("replay: trainwreck replay tw1:keras:"),
                                   HasSubstr("  the same in 1 more:\n    a story (hardened), ")));
  EXPECT_THAT(called.output, Not(HasSubstr("\033"))) << "no colour but on a terminal";
}

TEST(RunCommand, MistakesAreAllNamedAndNothingRuns) {
  const Folder folder;
  folder.with("a.json", story(kHolds));
  folder.with("b.json", "{\"name\": 1}");
  const Called called = trainwreck({"run", folder.path("")});
  EXPECT_EQ(called.exit_code, 2);
  EXPECT_THAT(called.output, AllOf(HasSubstr("b.json:1: /name"), Not(HasSubstr("held"))));
  EXPECT_EQ(trainwreck({"run", folder.path("c.json")}).exit_code, 2);
  EXPECT_EQ(trainwreck({"run", "--no-such-option"}).exit_code, 2);
  EXPECT_EQ(trainwreck({"run", folder.path("a.json"), "--filter", "zebra"}).exit_code, 2);
}

TEST(RunCommand, ReportsSayTheSameInEveryDialect) {
  const Folder folder;
  folder.with("memory/a.json", story(kHolds));
  folder.with("memory/b.json", story(kFails));
  const Called called =
      trainwreck({"run", folder.path("memory"), "--profile", "keras", "--junit",
                  folder.path("new/j.xml"), "--json", folder.path("r.json")},
                 {{"GITHUB_ACTIONS", "true"}, {"GITHUB_STEP_SUMMARY", folder.path("s.md")}});
  EXPECT_THAT(
      folder.read("new/j.xml"),
      AllOf(HasSubstr("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""),
            HasSubstr("<failure message=\"call 0 completed\" type=\"failed\">call 0 completed"),
            HasSubstr("/then/both/0 status&#10;"), HasSubstr("b.json:5&#10;replay: ")));
  const nlohmann::json report = json_in(folder, "r.json");
  ASSERT_EQ(report["results"].size(), 2U);
  EXPECT_EQ(report["results"][0]["verdict"]["kind"], "held");
  EXPECT_EQ(report["results"][1]["verdict"]["assertions"][0]["line"], 5);
  EXPECT_THAT(called.output, AllOf(HasSubstr("::error file="), HasSubstr("b.json,line=5,title=")));
  EXPECT_THAT(folder.read("s.md"), HasSubstr("1 of 2 runs failed"));
}

TEST(RunCommand, AReportThatCannotBeWrittenIsTold) {
  const Folder folder;
  folder.with("a.json", story(kHolds));
  const Called called = trainwreck(
      {"run", folder.path("a.json"), "--json", folder.path("a.json") + "/no/folder.json"});
  EXPECT_EQ(called.exit_code, 3);
  EXPECT_THAT(called.output, HasSubstr("A report could not be written"));
}

// Method: one run that holds, one that hangs and one that waits behind it; a signal once the second
// has its scratch folder.
TEST(RunCommand, AKilledRunStillWritesItsReports) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const Folder folder;
    folder.with("a.json", story(kHolds));
    folder.with("b.json", story(kHangs));
    folder.with("c.json", story(kHolds));
    const Folder scratch;
    const auto hangs = [&] { return !std::filesystem::is_empty(scratch.path("")); };
    const Called called =
        trainwreck_interrupted({"run", folder.path(""), "--profile", "hardened", "--jobs", "1",
                                "--junit", folder.path("j.xml"), "--json", folder.path("r.json")},
                               {{"TMPDIR", scratch.path("")}}, hangs, signal);
    EXPECT_EQ(called.exit_code, 3);
    EXPECT_THAT(called.output, HasSubstr("1 held, 2 not run, after "));
    const nlohmann::json results = json_in(folder, "r.json")["results"];
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0]["verdict"]["kind"], "held");
    EXPECT_EQ(results[1]["verdict"]["kind"], "not run");
    EXPECT_EQ(results[2]["verdict"]["kind"], "not run");
    EXPECT_THAT(folder.read("j.xml"),
                AllOf(HasSubstr("tests=\"3\" failures=\"0\" errors=\"0\" skipped=\"2\""),
                      HasSubstr("</testsuites>")));
  }
}

TEST(RunCommand, WhatFailFastLeavesOutIsReportedAsNotRun) {
  const Folder folder;
  folder.with("a.json", story(kFails));
  folder.with("b.json", story(kHolds));
  const Called called = trainwreck({"run", folder.path(""), "--profile", "keras", "--jobs", "1",
                                    "--fail-fast", "--json", folder.path("r.json")});
  EXPECT_EQ(called.exit_code, 1);
  EXPECT_EQ(json_in(folder, "r.json")["results"][1]["verdict"]["note"], "not run, after a failure");
}

TEST(RunCommand, ShardsShareTheRunsAndAStatusFileTellsThatTheyAreUnderstood) {
  const Folder folder;
  const Folder reports;
  for (const char* name : {"a.json", "b.json", "c.json"}) folder.with(name, story(kHolds));
  std::size_t runs = 0;
  for (const char* index : {"0", "1", "2", "3"}) {
    const Called called = trainwreck({"run", folder.path(""), "--json", reports.path("r.json")},
                                     {{"GTEST_TOTAL_SHARDS", "4"},
                                      {"GTEST_SHARD_INDEX", index},
                                      {"GTEST_SHARD_STATUS_FILE", reports.path("status")}});
    EXPECT_EQ(called.exit_code, 0);
    EXPECT_TRUE(reports.has("status"));
    const nlohmann::json results = json_in(reports, "r.json")["results"];
    EXPECT_EQ(results.size(), index[0] < '2' ? 2U : 1U) << "six runs for four shards";
    runs += results.size();
  }
  EXPECT_EQ(runs, 6U);
}

TEST(RunCommand, AShardThatDoesNotExistIsAMistake) {
  const Folder folder;
  const std::string path = folder.with("a.json", story(kHolds));
  const auto code = [&](const std::map<std::string, std::string>& environment) {
    return trainwreck({"run", path}, environment).exit_code;
  };
  EXPECT_EQ(code({{"GTEST_TOTAL_SHARDS", "4"}}), 2);
  EXPECT_EQ(code({{"TEST_SHARD_INDEX", "0"}}), 2);
  EXPECT_EQ(code({{"TEST_TOTAL_SHARDS", "2"}, {"TEST_SHARD_INDEX", "2"}}), 2);
  EXPECT_EQ(code({{"TEST_TOTAL_SHARDS", "2"}, {"TEST_SHARD_INDEX", "-1"}}), 2);
  EXPECT_EQ(code({{"TEST_TOTAL_SHARDS", "1"}, {"TEST_SHARD_INDEX", "7"}}), 0);
  EXPECT_EQ(code({{"TEST_TOTAL_SHARDS", "2"}, {"TEST_SHARD_INDEX", "1"}}), 0);
}

TEST(RunCommand, BazelsVariablesAreHeard) {
  const Folder folder;
  folder.with("a.json", story(kHolds));
  folder.with("b.json", story(kFails));
  const Called called =
      trainwreck({"run", folder.path("")}, {{"TESTBRIDGE_TEST_ONLY", "a.json"},
                                            {"XML_OUTPUT_FILE", folder.path("j.xml")},
                                            {"TEST_PREMATURE_EXIT_FILE", folder.path("early")}});
  EXPECT_EQ(called.exit_code, 0) << called.output;
  EXPECT_THAT(folder.read("j.xml"), HasSubstr("tests=\"2\""));
  EXPECT_FALSE(folder.has("early")) << "the end was no premature one";
}

TEST(RunCommand, RepeatsAndShuffles) {
  const Folder folder;
  const Folder reports;
  for (const char* name : {"a.json", "b.json", "c.json", "d.json"}) {
    folder.with(name, story(kHolds));
  }
  const auto order = [&](const std::string& seed) {
    trainwreck({"run", folder.path(""), "--shuffle", seed, "--json", reports.path("r.json")});
    std::string paths;
    const nlohmann::json report = json_in(reports, "r.json");
    for (const nlohmann::json& one : report["results"]) {
      paths += std::string(one["path"]).substr(folder.path("").size(), 1);
    }
    return paths;
  };
  EXPECT_EQ(order("1"), order("1"));
  EXPECT_NE(order("1"), order("2"));
  const Called called = trainwreck({"run", folder.path("a.json"), "--repeat", "3"});
  EXPECT_THAT(called.output, HasSubstr("6 held in"));
}

TEST(RunCommand, WritesTheTraceOfEveryRun) {
  const Folder folder;
  folder.with("a.json", story(kHolds));
  trainwreck({"run", folder.path("a.json"), "--trace", folder.path("t")});
  EXPECT_THAT(folder.read("t/a.keras.jsonl"), HasSubstr("\"trace\":1"));
  const Called judged = trainwreck({"judge", folder.path("t/a.hardened.jsonl")});
  EXPECT_EQ(judged.exit_code, 0) << judged.output;
}

TEST(Replay, DoesTheFailedRunAgain) {
  const Folder folder;
  const std::string path = folder.with("a b.json", story(kFails));
  const std::string output = trainwreck({"run", path, "--profile", "keras"}).output;
  const std::size_t at = output.find("tw1:");
  ASSERT_NE(at, std::string::npos);
  const std::string token = output.substr(at, output.find('\n', at) - at);
  const Called again = trainwreck({"replay", token});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.output, AllOf(HasSubstr("a story (keras)"), HasSubstr("MISSED /then/both/0"),
                                  Not(HasSubstr("has changed")), Not(HasSubstr("anew"))));
  folder.with("a b.json", story(kHolds));
  const Called changed = trainwreck({"replay", token});
  EXPECT_EQ(changed.exit_code, 0);
  EXPECT_THAT(changed.output, HasSubstr("a b.json has changed since"));
  EXPECT_EQ(trainwreck({"replay", "tw1:nonsense"}).exit_code, 2);
}

}  // namespace
}  // namespace trainwreck::testing
