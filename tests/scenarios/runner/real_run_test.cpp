
#include "scenarios/runner/real_run.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/needs.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"
#include "scenarios/suite/suite.h"
#include "tests/scenarios/support/told_story.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

// A story in real processes; `rest` as in story().
std::string real_story(const std::string& rest, const std::string& callbacks = {}) {
  return story(R"("real_process": true, "timeout_s": 5, )" + rest, callbacks);
}

constexpr const char* kThen = R"("then": {"both": [{"kind": "status", "is": "completed"}]})";

Outcome told(const std::string& text, std::string_view profile = "hardened") {
  const Vocabulary vocabulary = builtin_vocabulary();
  for (Plan& one : plan(parsed(text).at(0), vocabulary)) {
    one.evidence.checksums = one.evidence.digests = false;  // what a simulated run alone records
    if (one.profile == profile) return run(one, vocabulary);
  }
  ADD_FAILURE() << "the text says nothing about " << profile;
  return {};
}

std::string strike(const std::string& fault, const std::string& rest = kThen) {
  return real_story(fmt::format(R"("when": [{}], {})", fault, rest));
}

TEST(RealRun, TrainsAsASimulatedOneDoes) {
  const Outcome real = told(real_story(kThen));
  const Outcome simulated = told(story(kThen));
  ASSERT_EQ(real.calls.size(), 1U);
  EXPECT_EQ(real.calls[0].weights, simulated.calls[0].weights);
  EXPECT_EQ(real.calls[0].history, simulated.calls[0].history);
  EXPECT_EQ(real.files, simulated.files);
  EXPECT_EQ(real.parameters, simulated.parameters);
  ASSERT_EQ(real.trace.lines.size(), simulated.trace.lines.size());
  for (std::size_t i = 0; i < real.trace.lines.size(); ++i) {
    // A simulated world knows the samples of a batch, a trace alone does not.
    if (real.trace.lines[i].event.kind == TraceKind::fetch_end) continue;
    EXPECT_EQ(real.trace.lines[i].event.what, simulated.trace.lines[i].event.what);
    EXPECT_EQ(real.trace.lines[i].event.detail, simulated.trace.lines[i].event.detail);
  }
  ASSERT_EQ(real.processes.size(), 1U);
  EXPECT_EQ(real.processes[0].exit_code, 0);
  EXPECT_EQ(real.resources.files_left_open, 0);
  EXPECT_EQ(real.resources.tasks_left, 0);
}

TEST(RealRun, TellsWhichHandlersItsProcessDidNotGetBack) {
  const auto left = [](const std::string& callbacks) {
    return told(real_story(kThen, callbacks)).resources.handlers_left.value();
  };
  EXPECT_THAT(left(R"({"kind": "probe"})"), ::testing::IsEmpty());
  EXPECT_THAT(left(R"({"kind": "ignores_hangups"})"), ::testing::ElementsAre(SIGHUP));
  EXPECT_FALSE(told(story(kThen)).resources.handlers_left) << "a simulated run cannot tell";
}

TEST(RealRun, ADeathLeavesTheTraceTheDiskAndTheSignal) {
  const Outcome outcome = told(
      strike(R"({"kind": "sigkill", "at": {"epoch": 1, "batch": 1, "site": "step.backward"}})"));
  ASSERT_EQ(outcome.calls.size(), 1U);
  EXPECT_EQ(outcome.calls[0].ending, Ending::died);
  EXPECT_EQ(outcome.calls[0].cause, "SIGKILL");
  EXPECT_EQ(outcome.processes.at(0).signal, SIGKILL);
  EXPECT_EQ(outcome.trace.lines.back().event.kind, TraceKind::fault);
  ASSERT_EQ(outcome.faults.size(), 1U);
  EXPECT_EQ(outcome.faults[0].fired.size(), 1U);
  EXPECT_THAT(outcome.files.at("log.csv"), HasSubstr("\n0,"));
}

TEST(RealRun, AnAbortIsASignalOfItsOwn) {
  const Outcome outcome = told(strike(R"({"kind": "abort", "at": {"site": "step.loss"}})"));
  EXPECT_EQ(outcome.calls.at(0).cause, "SIGABRT");
}

TEST(RealRun, AHangIsEndedByTheParent) {
  const Outcome outcome = told(story(R"("real_process": true, "timeout_s": 0.2,
              "when": [{"kind": "hang", "at": {"site": "step.loss"}}], )" +
                                     std::string(kThen)));
  EXPECT_EQ(outcome.calls.at(0).ending, Ending::hung);
  EXPECT_TRUE(outcome.processes.at(0).hung);
}

TEST(RealRun, ExitsAsItsLastCallEnded) {
  const std::string interrupt = R"({"kind": "sigterm", "at": {"site": "step.loss"}})";
  EXPECT_EQ(told(strike(interrupt)).processes.at(0).exit_code, 128 + SIGTERM);
  const std::string error = R"({"kind": "step_throws", "at": {"site": "step.loss"}})";
  EXPECT_EQ(told(strike(error)).processes.at(0).exit_code, 1);
}

TEST(RealRun, TheNextProcessFindsTheDiskButNothingElse) {
  const Outcome outcome = told(real_story(R"("runs": [
    {"do": "fit", "when": [{"kind": "sigkill", "at": {"epoch": 1, "site": "step.loss"}}]},
    {"do": "evaluate"},
    {"do": "restart"},
    {"do": "fit", "then": {"both": [{"kind": "status", "is": "completed"}]}}])"));
  ASSERT_EQ(outcome.calls.size(), 3U);
  EXPECT_EQ(outcome.calls[1].ending, Ending::died) << "the dead do not evaluate";
  EXPECT_EQ(outcome.calls[2].ending, Ending::returned);
  EXPECT_EQ(outcome.calls[2].began.run, 1);
  EXPECT_EQ(outcome.calls[2].steps, 4);
  ASSERT_EQ(outcome.processes.size(), 2U);
  EXPECT_EQ(outcome.trace.lines.back().run, 1);
}

TEST(RealRun, WeightsAreKnownOfADeadProcess) {
  const std::string then = R"("then": {"hardened": [
    {"kind": "weights_are", "as_of": {"epoch": 0, "batch": 1}}]})";
  const Outcome outcome =
      told(strike(R"({"kind": "sigkill", "at": {"epoch": 1, "site": "step.loss"}})", then));
  ASSERT_EQ(outcome.weights.size(), 1U);
  EXPECT_EQ(outcome.weights[0].at.batch, 1);
  EXPECT_FALSE(outcome.weights[0].weights.empty());
}

TEST(RealRun, TheExitCodeIsJudged) {
  const std::string contract = R"("then": {"both": [{"kind": "keeps_contract"}]})";
  const std::string text = strike(R"({"kind": "sigint", "at": {"site": "step.loss"}})", contract);
  EXPECT_EQ(finding_of(text), "held");
  const Vocabulary vocabulary = builtin_vocabulary();
  const Plan one = plan(parsed(text).at(0), vocabulary).at(1);
  Outcome outcome = run(one, vocabulary);
  outcome.processes.at(0).exit_code = 0;
  const Verdict verdict = judge(outcome, one);
  EXPECT_THAT(verdict.assertions.at(0).finding.actual,
              HasSubstr("X1: process 0 exited with 0, and its last run interrupted, which is 130"));
}

TEST(RealRun, APowerCutIsRefusedByTheHarness) {
  const Vocabulary vocabulary = builtin_vocabulary();
  const auto plans = plan(
      parsed(strike(R"({"kind": "power_cut", "at": {"site": "file.append"}})")).at(0), vocabulary);
  const auto results = run_suite(plans, vocabulary, {.jobs = 1}, {});
  EXPECT_EQ(results.at(0).verdict.kind, VerdictKind::error);
  EXPECT_THAT(results.at(0).verdict.note, HasSubstr("cannot cut the power"));
}

TEST(RealRun, LeavesNoFolderBehind) {
  std::string folder = "/tmp/trainwreck_test.XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  setenv("TMPDIR", folder.c_str(), 1);
  chmod(folder.c_str(), 0711);
  told(strike(R"({"kind": "sigkill", "at": {"site": "step.loss"}})"));
  unsetenv("TMPDIR");
  EXPECT_EQ(rmdir(folder.c_str()), 0) << "only an empty folder can be removed";
}

TEST(Needs, AnUnmetOneSkipsWithItsReason) {
  const Vocabulary vocabulary = builtin_vocabulary();
  Scenario scenario = parsed(story(kThen)).at(0);
  EXPECT_EQ(missing_for(scenario), "");
  scenario.needs = {"fork"};
  EXPECT_EQ(missing_for(scenario), "");
  for (const Need& need : needs()) {
    if (need.met()) continue;
    scenario.needs = {std::string(need.name)};
    const auto results = run_suite(plan(scenario, vocabulary), vocabulary, {.jobs = 1}, {});
    EXPECT_EQ(results.at(0).verdict.kind, VerdictKind::skipped);
    EXPECT_THAT(results.at(0).verdict.note, HasSubstr(std::string(need.missing)));
  }
}

TEST(Needs, AnUnknownOneIsAMistake) {
  EXPECT_THAT(mistakes_of(story(R"("needs": ["mont"], )" + std::string(kThen))),
              ::testing::ElementsAre(HasSubstr("did you mean \"mount\"?")));
}

}  // namespace
}  // namespace trainwreck::testing
