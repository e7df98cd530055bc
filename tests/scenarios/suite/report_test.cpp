
#include "scenarios/suite/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/suite/folded.h"
#include "scenarios/suite/replay_token.h"
#include "scenarios/suite/report_files.h"

namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Plan plan_of(const std::string& name, const std::string& profile, const std::string& path) {
  Plan plan{.scenario = {}, .profile = profile, .policy = {}};
  plan.scenario.name = name;
  plan.scenario.path = path;
  return plan;
}

SuiteResult missed_with(const std::string& actual) {
  SuiteResult result{.verdict = {.kind = VerdictKind::failed}, .ran = true};
  result.verdict.assertions.push_back(
      {.pointer = "/then/0",
       .line = 7,
       .kind = "status",
       .finding = {.held = false, .expected = "completed", .actual = actual}});
  return result;
}

SuiteResult ended(VerdictKind kind) { return {.verdict = {.kind = kind}, .ran = true}; }

TEST(TerminalReport, CountsByWhatCanGoWrongWithTheProfilesSideBySide) {
  const std::vector<Plan> plans{plan_of("a", "keras", "x/library/memory/a.json"),
                                plan_of("a", "hardened", "x/library/memory/a.json"),
                                plan_of("b", "hardened", "x/library/files/b.json"),
                                plan_of("c", "keras", "x/library/files/c.json")};
  const std::vector<SuiteResult> results{ended(VerdictKind::held), missed_with("failed"),
                                         ended(VerdictKind::held), ended(VerdictKind::skipped)};
  const std::string text = terminal_report(plans, results, false, 1.0, Colours::none());
  EXPECT_THAT(text, HasSubstr("\nfiles                                     -        1/1\n"));
  EXPECT_THAT(text, HasSubstr("\nmemory                                  1/1        0/1\n"));
  EXPECT_THAT(text, HasSubstr("skipped: c (keras)"));
  EXPECT_THAT(text, HasSubstr("1 failed, 2 held, 1 skipped in 1.0 s"));
  EXPECT_THAT(text, HasSubstr("x/library/memory/a.json:7 /then/0 status"));
}

TEST(TerminalReport, CountsRefutedClaimsOnceAndSaysWhereToLook) {
  std::vector<Plan> plans{plan_of("a", "keras", "a.json"), plan_of("a", "hardened", "a.json")};
  for (Plan& plan : plans) {
    plan.scenario.claims = {
        {.says = "it works", .from = "1", .holds_in_keras = false, .holds_in_hardened = false}};
  }
  const std::vector<SuiteResult> held(2, ended(VerdictKind::held));
  const std::string text = terminal_report(plans, held, false, 0.0, Colours::none());
  EXPECT_THAT(text, HasSubstr("1 claim that people make is false: `"));
  EXPECT_THAT(text, HasSubstr(" list claims` says which, and whose story shows it\n"));
  EXPECT_THAT(text, Not(HasSubstr("it works"))) << "the list has them";
  const std::vector<SuiteResult> failed(2, missed_with("failed"));
  EXPECT_THAT(terminal_report(plans, failed, false, 0.0, Colours::none()), Not(HasSubstr("claim")))
      << "a scenario that failed decides no claim";
}

TEST(TerminalReport, TheTableAndTheSumsAreTheLast) {
  const std::vector<Plan> plans{plan_of("a", "keras", "x/library/m/a.json"),
                                plan_of("b", "keras", "x/library/m/b.json")};
  const std::string text = terminal_report(plans, {missed_with("x"), ended(VerdictKind::skipped)},
                                           true, 1.0, Colours::none());
  EXPECT_TRUE(
      text.ends_with("what can go wrong                     keras   hardened\n"
                     "m                                       0/1          -\n\n"
                     "1 failed, 1 skipped in 1.0 s\n"))
      << text;
}

TEST(TerminalReport, EqualFailuresStandThereOnce) {
  std::vector<Plan> plans;
  std::vector<SuiteResult> results;
  for (int i = 0; i < 12; ++i) {
    plans.push_back(plan_of(std::string(1, static_cast<char>('a' + i)), "keras", "p.json"));
    results.push_back(missed_with(i == 4 ? "stopped" : "failed"));
  }
  const std::string text = terminal_report(plans, results, false, 1.0, Colours::none());
  const auto times = [&](const std::string& words) {
    std::size_t count = 0;
    for (std::size_t at = text.find(words); at != std::string::npos;
         at = text.find(words, at + 1)) {
      ++count;
    }
    return count;
  };
  EXPECT_EQ(times("actual:   failed\n"), 1U);
  EXPECT_EQ(times("actual:   stopped\n"), 1U);
  EXPECT_THAT(text, HasSubstr("failed: a (keras)\n"));
  EXPECT_THAT(text, HasSubstr("  the same in 10 more:\n    b (keras), p.json\n      replay: "));
  EXPECT_THAT(text, HasSubstr("    and 2 more (--json and --junit have all)\n"));
  EXPECT_EQ(times("replay: "), 2U + 8U);
}

TEST(TerminalReport, FitsTheTerminal) {
  const std::vector<Plan> plans{plan_of("a", "keras", "p.json")};
  const std::string words = "word word word word word word word word word word word word word";
  const std::string text =
      terminal_report(plans, {missed_with(words + " " + words)}, false, 1.0, Colours::none(), 80);
  EXPECT_THAT(text, HasSubstr("\n                word word "));
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    if (line.find("replay:") == std::string::npos) {
      EXPECT_LE(line.size(), 80U) << line;
    }
    begin = end + 1;
  }
}

TEST(Folded, BreaksAtBlanksAndLeavesWhatIsToBeCopied) {
  EXPECT_EQ(folded("aaa bbb ccc\n", 7), "aaa bbb\n  ccc\n");
  EXPECT_EQ(folded("  expected: one two", 16), "  expected: one\n            two");
  EXPECT_EQ(folded("replay: a b c d e f", 7), "replay: a b c d e f");
  EXPECT_EQ(folded("aaaaaaaaaa", 4), "aaaaaaaaaa");
  EXPECT_EQ(folded("aaa bbb ccc", 0), "aaa bbb ccc");
  EXPECT_EQ(folded("\033[31maaa\033[0m bbb", 7), "\033[31maaa\033[0m bbb");
  EXPECT_EQ(folded("äöü äöü", 7), "äöü äöü");
}

TEST(ExitCode, IsThatOfTheWorst) {
  SuiteResult not_run;
  EXPECT_EQ(exit_code_of({ended(VerdictKind::held), ended(VerdictKind::skipped)}), kAllHeld);
  EXPECT_EQ(exit_code_of({ended(VerdictKind::expected_failure)}), kAllHeld);
  EXPECT_EQ(exit_code_of({ended(VerdictKind::held), ended(VerdictKind::unreached)}),
            kExpectationFailed);
  EXPECT_EQ(exit_code_of({missed_with("x"), ended(VerdictKind::error)}), kHarnessFailed);
  EXPECT_EQ(exit_code_of({ended(VerdictKind::held), not_run}), kHarnessFailed);
  EXPECT_EQ(exit_code_of({missed_with("x"), not_run}), kExpectationFailed);
}

TEST(JunitReport, HoldsWhatXmlCannotHold) {
  const std::string text = junit_report({plan_of("<a> & \"b\"", "keras", "x/library/m/a.json")},
                                        {missed_with("a\x01z ]]> \xff")}, 1.0);
  EXPECT_THAT(text, HasSubstr("name=\"&lt;a&gt; &amp; &quot;b&quot; (keras)\" classname=\"m\""));
  EXPECT_THAT(text, HasSubstr("(bytes that are no text)"));
  EXPECT_EQ(xml_text("a\x01\tz"), "a\xEF\xBF\xBD&#9;z");
}

TEST(Annotations, AreAtMostNineAndSayHowManyMore) {
  std::vector<Plan> plans(12, plan_of("a, b: 100%", "keras", "a.json"));
  const std::vector<SuiteResult> results(12, missed_with("one\ntwo"));
  const std::string text = annotations(plans, results);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  EXPECT_THAT(text, HasSubstr("::error file=a.json,line=7,title=a%2C b%3A 100%25 (keras)::"));
  EXPECT_THAT(text, HasSubstr("one%0Atwo"));
  EXPECT_THAT(text, HasSubstr("::error::3 more failed\n"));
}

TEST(ReplayToken, SurvivesTheWayThroughAShell) {
  const ReplayToken token{.profile = "keras",
                          .seed = 18446744073709551615U,
                          .scenario = "0a1b",
                          .build = "ffff",
                          .case_name = "10 % : \"quoted\" $x",
                          .path = "a folder/b'c.json"};
  const std::string text = text_of(token);
  EXPECT_EQ(text.find_first_of(" \"'$;&|<>`\\()"), std::string::npos) << text;
  EXPECT_EQ(token_from(text), token);
  for (const char* bad : {"", "tw1", "tw2:k:1:a:b:c:d", "tw1:k:x:a:b:c:d", "tw1:k:1:a:b:c:%4"}) {
    EXPECT_FALSE(token_from(bad)) << bad;
  }
}

}  // namespace
}  // namespace trainwreck::testing
