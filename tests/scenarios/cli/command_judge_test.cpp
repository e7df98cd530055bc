#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>

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

Judged judged_by(const JudgeCommand& command) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Judged result;
  result.exit_code = command_judge(command, builtin_vocabulary());
  result.out = ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr();
  return result;
}

std::string written(const std::string& name, const std::string& text) {
  const std::string path = ::testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Judged judged(const std::string& text, bool verbose = false, bool must_end = false) {
  const std::string path = written("judged.jsonl", text);
  const Judged result = judged_by({.paths = {path}, .verbose = verbose, .must_end = must_end});
  std::remove(path.c_str());
  return result;
}

std::string contents_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
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
  EXPECT_THAT(result.out, HasSubstr("N2  kept"));
}

TEST(JudgeCommand, RefusesWhatIsNoTrace) {
  const Judged result = judged("{\"seq\":0}\n");
  EXPECT_EQ(result.exit_code, kUsageError);
  EXPECT_THAT(result.out, HasSubstr("judged.jsonl:1: a trace begins with {\"trace\": 1, ...}"));
}

// The hook raised, and the loop wrote nothing more.
constexpr const char* kRaised =
    R"({"seq":5,"t":5,"ev":"scope_begin","fit":0,"scope":"epoch","epoch":0}
{"seq":6,"t":6,"ev":"hook_begin","fit":0,"epoch":0,"hook":"on_epoch_begin","cb":"saver","index":0}
{"seq":7,"ev":"hook_end","fit":0,"epoch":0,"hook":"on_epoch_begin","cb":"saver","err":"KeyError"}
)";

TEST(JudgeCommand, ARunInMidAirIsSaidFirstAndNotCalledKept) {
  const Judged result = judged(std::string(kForeign) + kRaised, true);
  EXPECT_EQ(result.exit_code, kAllHeld);
  EXPECT_EQ(result.out.find("unfinished: call 0 of run 0 ended in mid-air: there is no run_end "
                            "after seq 7; KeyError at epoch 0 (on_epoch_begin of saver); it may "
                            "have been killed, or an error has escaped (--must-end, or"),
            0U)
      << result.out;
  for (const char* id : {"N1", "N4", "E2", "T2", "H2", "R1", "R5"}) {
    EXPECT_THAT(result.out, HasSubstr(std::string(id) + "  unknown: call 0 of run 0 ended"));
  }
  EXPECT_THAT(result.out, HasSubstr("N2  kept"));
}

void expect_escaped(const Judged& result) {
  EXPECT_EQ(result.exit_code, kExpectationFailed);
  for (const char* breach :
       {"N4: on_train_end of saver is missing: train was left by an error",
        "E2: epoch (epoch 0) was begun and never ended", "T2: train (train) was begun and never",
        "R1: no run_end says how the run ended, and the error at epoch 0 is nobody's"}) {
    EXPECT_THAT(result.out, HasSubstr(breach));
  }
  EXPECT_THAT(result.out, HasSubstr(", 4 broken, "));
}

TEST(JudgeCommand, WhoeverWentOnOwesItsEnds) {
  const Judged result = judged(std::string(kForeign) + kRaised +
                               R"({"seq":8,"t":8,"ev":"run_begin","fit":1,"call":"fit"}
{"seq":9,"t":9,"ev":"run_end","fit":1,"status":"completed"}
)");
  EXPECT_EQ(result.out.find("unfinished: call 0 of run 0"), 0U);
  EXPECT_THAT(result.out, HasSubstr("the process went on (seq 9), so an error has escaped"));
  expect_escaped(result);
}

TEST(JudgeCommand, ALaterProcessDoesNotSayHowTheFirstOneEnded) {
  const Judged result = judged(std::string(kForeign) + kRaised +
                               R"({"seq":8,"t":8,"ev":"run_begin","run":1,"fit":0,"call":"fit"}
{"seq":9,"t":9,"ev":"run_end","run":1,"fit":0,"status":"completed"}
)");
  EXPECT_EQ(result.exit_code, kAllHeld);
  EXPECT_THAT(result.out, HasSubstr("it may have been killed"));
}

TEST(JudgeCommand, MustEndSettlesIt) {
  expect_escaped(judged(std::string(kForeign) + kRaised, false, true));
}

TEST(JudgeCommand, AnEndingLineSettlesIt) {
  const std::string trace = std::string(kForeign) + kRaised;
  const Judged exited = judged(trace + R"({"ev":"ending","status":"exited","code":1})" + "\n");
  EXPECT_THAT(exited.out, HasSubstr("its process exited with 1"));
  expect_escaped(exited);
  const Judged killed =
      judged(trace + R"({"ev":"ending","status":"killed","signal":9})" + "\n", true, true);
  EXPECT_EQ(killed.exit_code, kAllHeld);
  EXPECT_THAT(killed.out, HasSubstr("its process was killed by signal 9"));
  EXPECT_THAT(killed.out, HasSubstr("N4  kept"));
}

TEST(JudgeCommand, ATornLastLineIsReadUpToWithARemark) {
  const Judged result =
      judged(std::string(kForeign) + kRaised + R"({"seq":8,"t":8,"ev":"hook_beg)");
  EXPECT_EQ(result.exit_code, kAllHeld);
  EXPECT_THAT(result.out, HasSubstr("judged.jsonl:10: the last line breaks off, and is left out"));
  EXPECT_THAT(result.out, HasSubstr("no run_end after seq 7"));
}

TEST(JudgeCommand, SeveralTracesAreJudgedAtOnceAndWrittenDown) {
  const std::string end = R"({"seq":5,"t":5,"ev":"scope_end","scope":"train","fit":0,"status":)";
  const std::vector<std::string> paths = {
      written("sound.jsonl", "{\"trace\":1,\"engine\":\"a <loop>\",\"fields\":[\"scopes\"]}\n"),
      written("broken.jsonl", std::string(kForeign) + end + "\"failed\"}\n" +
                                  R"({"seq":6,"t":6,"ev":"run_end","fit":0,"status":"failed"})" +
                                  "\n")};
  const std::string json = ::testing::TempDir() + "judged.json";
  const std::string junit = ::testing::TempDir() + "judged.xml";
  const Judged result = judged_by({.paths = paths, .junit = junit, .json = json});
  EXPECT_EQ(result.exit_code, kExpectationFailed);
  for (const std::string& path : paths) EXPECT_THAT(result.out, HasSubstr(path + ":\n"));
  EXPECT_THAT(contents_of(json), HasSubstr("\"engine\": \"a <loop>\""));
  EXPECT_THAT(contents_of(json),
              HasSubstr("\"message\": \"on_train_end of saver is missing: train ended failed\""));
  EXPECT_THAT(contents_of(junit), HasSubstr("failures=\"1\" errors=\"0\""));
  EXPECT_THAT(contents_of(junit),
              HasSubstr("<failure message=\"on_train_end of saver is missing: train ended"));
  const Judged unreadable = judged_by({.paths = {paths[1], "/nowhere.jsonl"}, .junit = junit});
  EXPECT_EQ(unreadable.exit_code, kUsageError);
  EXPECT_THAT(unreadable.out, HasSubstr("/nowhere.jsonl: cannot be read"));
  EXPECT_THAT(contents_of(junit), HasSubstr("<error message=\"0: cannot be read\"/>"));
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
