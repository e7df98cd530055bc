#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "scenarios/cli/commands.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/judge/clauses.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"
#include "scenarios/trace/trace_file.h"
#include "tests/scenarios/support/told_story.h"
#include "trainwreck/cli.h"

// Method: the command reads a file that another engine might have written; and what a run of ours
// says of itself is compared with what its exported trace says.
namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

struct Judged {
  int exit_code = 0;
  std::string out;
};

Judged judged(const std::string& text, bool verbose = false) {
  const std::string path = ::testing::TempDir() + "judged.jsonl";
  std::ofstream(path) << text;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Judged result;
  result.exit_code = command_judge({.path = path, .verbose = verbose}, builtin_vocabulary());
  result.out = ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr();
  std::remove(path.c_str());
  return result;
}

constexpr const char* kForeign =
    R"({"trace":1,"engine":"another loop","fields":["scopes","hooks","callbacks"]}
{"seq":0,"t":0,"ev":"run_begin","fit":0,"call":"fit"}
{"seq":1,"t":1,"ev":"callback","fit":0,"cb":"saver","hooks":"on_train_begin on_train_end","index":0}
{"seq":2,"t":2,"ev":"scope_begin","fit":0,"scope":"train"}
{"seq":3,"t":3,"ev":"hook_begin","fit":0,"hook":"on_train_begin","cb":"saver","index":0}
{"seq":4,"t":4,"ev":"hook_end","fit":0,"hook":"on_train_begin","cb":"saver","index":0,"err":"ok"}
)";

TEST(JudgeCommand, FindsWhatAnotherEngineBreaks) {
  const Judged result =
      judged(std::string(kForeign) +
             R"({"seq":5,"t":5,"ev":"scope_end","scope":"train","fit":0,"status":"failed"}
{"seq":6,"t":6,"ev":"run_end","fit":0,"status":"failed","err":"ValueError"}
)");
  EXPECT_EQ(result.exit_code, kExpectationFailed);
  EXPECT_THAT(result.out, HasSubstr("N4: on_train_end of saver is missing: train ended failed"));
  EXPECT_THAT(result.out, HasSubstr(", 1 broken, "));
}

TEST(JudgeCommand, SaysWhyItCannotTell) {
  const Judged result = judged(kForeign, true);
  EXPECT_EQ(result.exit_code, kAllHeld);
  EXPECT_THAT(result.out,
              HasSubstr("D1  unknown: the trace does not tell: fetches, steps, policies"));
  EXPECT_THAT(result.out, HasSubstr("N1  kept"));
}

TEST(JudgeCommand, RefusesWhatIsNoTrace) {
  const Judged result = judged("{\"seq\":0}\n");
  EXPECT_EQ(result.exit_code, kUsageError);
  EXPECT_THAT(result.out, HasSubstr("judged.jsonl:1: a trace begins with {\"trace\": 1, ...}"));
}

std::vector<std::string> breaches_of(const Trace& trace) {
  std::vector<std::string> texts;
  for (const Breach& breach : judge_contract({.trace = trace}, builtin_invariants()).breaches) {
    texts.push_back(text_of(breach));
  }
  return texts;
}

TEST(JudgedTrace, AnExportedTraceSaysWhatTheRunSays) {
  const std::string text = story(R"("when": [{"kind": "step_throws",
      "at": {"epoch": 1, "batch": 1, "site": "step.loss"}}], )" +
                                 then_both(R"({"kind": "breaks_contract"})"));
  for (const Plan& one : plan(parsed(text).at(0), builtin_vocabulary())) {
    const Outcome outcome = run(one, builtin_vocabulary());
    Diagnostics mistakes;
    const Trace exported = read_trace(write_trace(outcome.trace), mistakes);
    EXPECT_TRUE(mistakes.empty());
    EXPECT_EQ(breaches_of(exported), breaches_of(outcome.trace)) << one.profile;
    EXPECT_EQ(breaches_of(exported).empty(), one.profile == "hardened");
  }
}

}  // namespace
}  // namespace trainwreck::testing
