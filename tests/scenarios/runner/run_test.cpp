#include "scenarios/runner/run.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/contract.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/suite/suite.h"
#include "scenarios/trace/trace_text.h"
#include "tests/scenarios/support/told_story.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

Outcome outcome_of(const std::string& text) {
  const Vocabulary vocabulary = builtin_vocabulary();
  return run(plan(parsed(text).at(0), vocabulary).at(0), vocabulary);
}

constexpr const char* kCompleted = R"("then": [{"kind": "status", "is": "completed"}])";

TEST(Run, TheSamePlanGivesTheSameTraceAndWeights) {
  const Outcome first = outcome_of(story(kCompleted));
  const Outcome second = outcome_of(story(kCompleted));
  ASSERT_EQ(first.trace.lines.size(), second.trace.lines.size());
  for (std::size_t i = 0; i < first.trace.lines.size(); ++i) {
    EXPECT_EQ(text_of(first.trace.lines[i]), text_of(second.trace.lines[i]));
  }
  EXPECT_EQ(first.calls.at(0).weights, second.calls.at(0).weights);
}

std::vector<std::string> lines_of(const Outcome& outcome) {
  std::vector<std::string> lines;
  for (const TraceLine& line : outcome.trace.lines) lines.push_back(text_of(line));
  return lines;
}

// A worker takes its turn wherever the seed says, and there every time.
TEST(Run, TheSamePlanSavesBesideTheTrainingInTheSameOrder) {
  std::set<std::vector<std::string>> orders;
  for (int seed = 1; seed <= 8; ++seed) {
    const std::string text = R"({"name": "a story", "given": {"seed": )" + std::to_string(seed) +
                             R"(,
      "data": {"kind": "arrays", "samples": 32, "features": 2, "batch_size": 4},
      "model": [{"kind": "dense", "units": 1}],
      "callbacks": [{"kind": "model_checkpoint", "path": "m-{epoch}.safetensors"},
                    {"kind": "backup_and_restore", "backup_dir": "bk"}],
      "fit": {"epochs": 4}, "policy": {"checkpoint.saved_by": "a_worker"}}, )" +
                             kCompleted + "}";
    const Outcome first = outcome_of(text);
    const Outcome second = outcome_of(text);
    EXPECT_EQ(lines_of(first), lines_of(second));
    EXPECT_EQ(first.files, second.files);
    std::vector<std::string> order;
    for (const TraceLine& line : first.trace.lines) {
      const bool tells =
          line.event.kind == TraceKind::checkpoint || line.event.kind == TraceKind::step_begin;
      if (tells) order.push_back(fmt::format("{} {}", name_of(line.event.kind), line.event.what));
    }
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 1U) << "the worker never came at another time";
}

TEST(Run, AFaultThatIsArmedButNeverStrikesChangesNothing) {
  const std::string armed = story(
      std::string(R"("when": [{"kind": "nan_gradient", "at": {"epoch": 99}}], )") + kCompleted);
  EXPECT_EQ(outcome_of(armed).calls.at(0).weights,
            outcome_of(story(kCompleted)).calls.at(0).weights);
}

TEST(Run, AFaultThatNeverStruckMakesTheStoryTestNothing) {
  const Verdict verdict = verdict_of(story(
      std::string(R"("when": [{"kind": "nan_gradient", "at": {"epoch": 99}}], )") + kCompleted));
  EXPECT_EQ(verdict.kind, VerdictKind::unreached);
  // Two epochs of two batches: the gradients were there four times, in other epochs.
  EXPECT_EQ(verdict.note,
            "never struck: nan_gradient (/when/0); the scenario tests nothing; step.backward was "
            "crossed 4 times, from 0/0/0/0/step.backward[dense]#0 to "
            "0/0/1/1/step.backward[dense]#0");
  const Verdict never = verdict_of(story(
      std::string(R"("when": [{"kind": "hook_throws", "at": {"site": "hook.on_predict_end"}}], )") +
      kCompleted));
  EXPECT_THAT(never.note, HasSubstr("hook.on_predict_end was never crossed while it was armed"));
}

TEST(Run, AStoryGoesOnAfterAFailureAndARestart) {
  const std::string text = story(R"("runs": [
    {"do": "fit", "when": [{"kind": "sigkill", "at": {"epoch": 1, "site": "step.apply"}}],
     "then": [{"kind": "ending", "is": "died"}, {"kind": "csv_is", "path": "log.csv"}]},
    {"do": "restart", "loses": ["log.csv"]},
    {"do": "evaluate", "then": [{"kind": "status", "is": "completed"},
                                {"kind": "files_are", "paths": []}]}])");
  EXPECT_EQ(finding_of(text), "held") << "a call's files are those it left, before the restart";
}

TEST(Run, EveryActionOfAChapterRuns) {
  const std::string text = story(R"("runs": [
    {"do": "fit"}, {"do": "evaluate"}, {"do": "predict"}, {"do": "train_on_batch"},
    {"do": "test_on_batch"}, {"do": "predict_on_batch"}, {"do": "hand_loop"}],
    "then": [{"kind": "status", "is": "completed"}])");
  const Outcome outcome = outcome_of(text);
  ASSERT_EQ(outcome.calls.size(), 7U);
  EXPECT_EQ(outcome.calls[1].metrics.count("loss"), 1U);
  EXPECT_EQ(outcome.calls[2].predictions.size(), 8U);
  EXPECT_EQ(outcome.calls[3].metrics.count("loss"), 1U);
  EXPECT_EQ(outcome.calls[5].predictions.size(), 4U);
}

TEST(Judge, AnExpectedFailureMustFail) {
  const std::string why = R"(, "expected_failure": {"because": "known"})";
  const Verdict failing =
      verdict_of(story(R"("then": [{"kind": "status", "is": "stopped"}])" + why));
  EXPECT_EQ(failing.kind, VerdictKind::expected_failure);
  EXPECT_EQ(failing.note, "known");
  const Verdict holding = verdict_of(story(kCompleted + why));
  EXPECT_EQ(holding.kind, VerdictKind::failed);
  EXPECT_THAT(holding.note, HasSubstr("expected to fail, and holds"));
}

TEST(Suite, RunsEveryPlanInAProcessOfItsOwn) {
  const Vocabulary vocabulary = builtin_vocabulary();
  std::vector<Plan> plans =
      plan(parsed(story(R"("then": {"both": [{"kind": "status", "is": "completed"}]})")).at(0),
           vocabulary);
  plans.push_back(plans.front());
  std::size_t told = 0;
  const auto results =
      run_suite(plans, vocabulary, {.jobs = 2}, [&](std::size_t, const Verdict&) { ++told; });
  EXPECT_EQ(told, 3U);
  for (const SuiteResult& result : results) {
    EXPECT_TRUE(result.ran);
    EXPECT_EQ(result.verdict.kind, VerdictKind::held) << result.verdict.note;
  }
}

// A callback of a user's that brings the process down.
class Crasher final : public Callback {
 public:
  std::string name() const override { return "crasher"; }
  void on_train_begin(Event&) override { std::abort(); }
};

TEST(Suite, ACrashIsAFailedVerdictAndFailFastBeginsNothingNew) {
  Vocabulary vocabulary = builtin_vocabulary();
  vocabulary.engine.callbacks.push_back(
      {"crasher", "aborts",
       [](Params&, const BuildContext&) -> CallbackHandle { return std::make_shared<Crasher>(); }});
  const ParsedScenario one =
      parse_scenario(story(kCompleted, R"({"kind": "crasher"})"), "s", vocabulary);
  ASSERT_TRUE(one.mistakes.empty());
  std::vector<Plan> plans = plan(one.scenarios.at(0), vocabulary);
  plans.push_back(plans.front());
  const auto results = run_suite(plans, vocabulary, {.jobs = 1, .fail_fast = true}, {});
  EXPECT_EQ(results.at(0).verdict.kind, VerdictKind::failed);
  EXPECT_THAT(results.at(0).verdict.note, HasSubstr("crashed: Aborted"));
  EXPECT_FALSE(results.at(1).ran);
}

// A user's own clause, which no run can keep.
InvariantEntry never_kept() {
  return {.id = "Z1",
          .kind = InvariantKind::trace,
          .meaning = "Nothing ever happens.",
          .fields = {},
          .needs = {},
          .check = [](const JudgedRun& run) {
            Breaches breaches;
            breaches.add("something happened", {&run.trace.lines.front()});
            return std::move(breaches).result();
          }};
}

TEST(Run, IsHeldAgainstAUsersOwnInvariants) {
  Vocabulary vocabulary = builtin_vocabulary();
  vocabulary.invariants.push_back(never_kept());
  const ParsedScenario one = parse_scenario(story(kCompleted), "s", vocabulary);
  ASSERT_TRUE(one.mistakes.empty());
  const Plan hardened_plan = plan(one.scenarios.at(0), vocabulary).at(0);
  const Verdict verdict = judge(run(hardened_plan, vocabulary), hardened_plan, vocabulary);
  EXPECT_EQ(verdict.kind, VerdictKind::failed);
  ASSERT_FALSE(verdict.assertions.empty());
  EXPECT_EQ(verdict.assertions.back().finding.actual, "Z1: something happened");
}

}  // namespace
}  // namespace trainwreck::testing
