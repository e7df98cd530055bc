#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/suite/report.h"
#include "scenarios/suite/report_files.h"
#include "scenarios/suite/suite.h"
#include "tests/scenarios/cli/command_line.h"
#include "tests/scenarios/support/told_story.h"
#include "trainwreck/cli.h"

// Method: a callback of a user's ends its process in the second epoch, in each of the ways in which
// a process does not come back. What can be worked with afterwards is looked at in the verdict and
// in the reports.
namespace trainwreck::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitizerWatches = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitizerWatches = true;
#else
constexpr bool kSanitizerWatches = false;
#endif
#else
constexpr bool kSanitizerWatches = false;
#endif

class Breaker : public Callback {
 public:
  std::string name() const override { return "breaker"; }
  void on_epoch_begin(Event& event) override {
    if (event.index == 1) break_off();
  }

 private:
  virtual void break_off() = 0;
};

class ReadsNull final : public Breaker {
  __attribute__((noinline)) void break_off() override {
    std::printf("about to read\n");
    const volatile int* const nothing = nothing_;
    std::printf("%d\n", *nothing);
  }
  const volatile int* nothing_ = nullptr;
};

class Waits final : public Breaker {
  void break_off() override {
    std::cerr << "waiting for a lock\n";
    while (true) pause();
  }
};

class Exits final : public Breaker {
  void break_off() override { std::exit(7); }
};

class Chatters final : public Breaker {
  void break_off() override {
    for (int i = 0; i < 10'000; ++i) std::printf("line %d\n", i);
  }
};

template <class Kind>
SuiteResult result_of(const std::string& extra = {}, const std::string& traces = {}) {
  Vocabulary vocabulary = builtin_vocabulary();
  vocabulary.engine.callbacks.push_back(
      {"breaker", "does not come back",
       [](Params&, const BuildContext&) -> CallbackHandle { return std::make_shared<Kind>(); }});
  const std::string text =
      story(extra + then(R"({"kind": "status", "is": "completed"})"), R"({"kind": "breaker"})");
  const ParsedScenario one = parse_scenario(text, "story.json", vocabulary);
  EXPECT_TRUE(one.mistakes.empty());
  const std::vector<Plan> plans = plan(one.scenarios.at(0), vocabulary);
  return run_suite(plans, vocabulary, {.jobs = 1, .traces = traces}, {}).at(0);
}

std::string junit_of(const SuiteResult& result) {
  Plan plan{.scenario = {}, .profile = "hardened", .policy = {}};
  plan.scenario.path = "story.json";
  return junit_report({plan}, {result}, 1.0);
}

TEST(Breakdown, ACrashLeavesItsLastEventsItsStackAndWhatItPrinted) {
  const Folder folder;
  const SuiteResult result = result_of<ReadsNull>({}, folder.path("t"));
  const Verdict& verdict = result.verdict;
  EXPECT_EQ(verdict.breakdown, Breakdown::crashed);
  EXPECT_THAT(verdict.note, AllOf(HasSubstr("crashed: "), HasSubstr(", in the run itself")));
  ASSERT_FALSE(verdict.last_events.empty());
  EXPECT_THAT(verdict.last_events.back(), AllOf(HasSubstr("breaker"), HasSubstr("on_epoch_begin")));
  EXPECT_THAT(verdict.printed, HasSubstr("about to read\n"));
  if (kSanitizerWatches) {
    EXPECT_THAT(verdict.printed, HasSubstr("ReadsNull::break_off"));
  } else {
    EXPECT_THAT(verdict.stack, Contains(AllOf(HasSubstr("ReadsNull::break_off"),
                                              HasSubstr("breakdown_test.cpp:"))));
  }
  EXPECT_THAT(folder.read("t/story.hardened.jsonl"),
              AllOf(HasSubstr("\"trace\":1"), HasSubstr("\"breaker\""), Not(HasSubstr("run_end")),
                    HasSubstr("{\"ev\":\"ending\",\"run\":0,\"status\":\"")));
  const Called judged = trainwreck({"judge", folder.path("t/story.hardened.jsonl")});
  EXPECT_EQ(judged.exit_code, 0) << "it was killed: nothing is broken\n" << judged.output;
}

TEST(Breakdown, AHangSaysWhereItWaits) {
  const SuiteResult result = result_of<Waits>(R"("timeout_s": 4, )");
  const Verdict& verdict = result.verdict;
  EXPECT_EQ(verdict.breakdown, Breakdown::hung);
  EXPECT_EQ(verdict.note, "hung: no end after 4 s, killed, in the run itself");
  ASSERT_FALSE(verdict.last_events.empty());
  EXPECT_THAT(verdict.last_events.back(), HasSubstr("breaker"));
  EXPECT_THAT(verdict.stack, Contains(HasSubstr("Waits::break_off")));
  EXPECT_EQ(verdict.printed, "waiting for a lock\n");
}

TEST(Breakdown, WhoeverCallsExitIsFound) {
  const Verdict verdict = result_of<Exits>().verdict;
  EXPECT_EQ(verdict.breakdown, Breakdown::vanished);
  EXPECT_THAT(verdict.note, HasSubstr("somebody called exit(7)"));
  EXPECT_THAT(verdict.last_events.back(), HasSubstr("breaker"));
}

TEST(Breakdown, ARealProcessThatCrashesOrHangsTellsItsParentToo) {
  const Verdict crash = result_of<ReadsNull>(R"("real_process": true, )").verdict;
  EXPECT_EQ(crash.kind, VerdictKind::failed);
  EXPECT_EQ(crash.breakdown, Breakdown::none) << "the one who judged it lives";
  EXPECT_THAT(crash.last_events.back(), HasSubstr("breaker"));
  if (!kSanitizerWatches) {
    EXPECT_THAT(crash.stack, Contains(HasSubstr("ReadsNull::break_off")));
  }
  EXPECT_THAT(crash.printed, HasSubstr("about to read\n"));
  const Verdict hang = result_of<Waits>(R"("real_process": true, "timeout_s": 4, )").verdict;
  EXPECT_EQ(hang.kind, VerdictKind::failed);
  EXPECT_THAT(hang.stack, Contains(HasSubstr("Waits::break_off")));
}

TEST(Breakdown, WhatIsPrintedIsKeptFromBothEnds) {
  const Verdict verdict = result_of<Chatters>().verdict;
  EXPECT_EQ(verdict.kind, VerdictKind::held);
  EXPECT_LT(verdict.printed.size(), 40'000U);
  EXPECT_THAT(verdict.printed, AllOf(HasSubstr("line 0\n"), HasSubstr("line 9999\n"),
                                     HasSubstr(" bytes left out ...")));
}

TEST(Breakdown, IsAnErrorInJunitWithAllOfThat) {
  SuiteResult result{.verdict = {.kind = VerdictKind::failed, .profile = "hardened"}, .ran = true};
  result.verdict.note = "crashed: Segmentation fault, in the run itself";
  result.verdict.breakdown = Breakdown::crashed;
  result.verdict.last_events = {"the last of them"};
  result.verdict.stack = {"f() at a.cpp:7\n (inlined by) g() at b.cpp:8"};
  result.verdict.printed = "==1==ERROR: <a sanitizer>\n\xff\nend";
  const std::string junit = junit_of(result);
  EXPECT_THAT(junit, HasSubstr("failures=\"0\" errors=\"1\""));
  EXPECT_THAT(junit, HasSubstr("<error message=\"crashed: Segmentation fault, in the run itself\" "
                               "type=\"crashed\">crashed: "));
  EXPECT_THAT(junit, AllOf(HasSubstr("its last events:&#10;  the last of them"),
                           HasSubstr("  f() at a.cpp:7&#10;   (inlined by) g() at b.cpp:8"),
                           HasSubstr("replay: "), HasSubstr("&#10;story.json&#10;replay: ")));
  EXPECT_THAT(
      junit, HasSubstr("<system-out>==1==ERROR: &lt;a sanitizer&gt;&#10;(bytes that are no text)end"
                       "</system-out>"));
  Plan plan{.scenario = {}, .profile = "hardened", .policy = {}};
  const std::string text = terminal_report({plan}, {result}, false, 1.0, Colours::none());
  EXPECT_THAT(text, AllOf(HasSubstr("  f() at a.cpp:7\n"), HasSubstr("  the last of them\n"),
                          HasSubstr("    it printed:\n      ==1==ERROR: <a sanitizer>\n")));
}

}  // namespace
}  // namespace trainwreck::testing
