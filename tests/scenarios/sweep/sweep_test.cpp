#include "scenarios/sweep/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scenarios/language/parse.h"
#include "scenarios/sweep/sweep_report.h"
#include "tests/scenarios/support/told_story.h"
#include "trainwreck/callback.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kNothingSaid = R"("then": [{"kind": "status", "is": "completed"}])";

Address crossing(std::int64_t batch, Site site, const std::string& detail = {}) {
  return {.at = {.run = 0, .fit = 0, .epoch = 0, .batch = batch}, .site = site, .detail = detail};
}

std::vector<SweptKind> two_kinds() {
  return {{"slow_clock", {Site::clock_now}}, {"bad_step", {Site::step_loss, Site::step_apply}}};
}

TEST(SweepPoints, AreEachKindAtEachCrossingOnceAndLasting) {
  const Scenario story = parsed(trainwreck::testing::story(kNothingSaid)).at(0);
  const SweepPoints found = sweep_points(
      story,
      {crossing(0, Site::step_loss), crossing(1, Site::step_loss), crossing(1, Site::clock_now)},
      two_kinds(), 100);
  EXPECT_EQ(found.all, 6U);
  std::vector<std::string> points;
  for (const SweepPoint& point : found.points) points.push_back(when_of(point));
  EXPECT_THAT(
      points,
      ElementsAre(R"({"kind":"bad_step","at":{"site":"step.loss","epoch":0,"batch":0,"nth":0}})",
                  R"({"kind":"bad_step","at":{"site":"step.loss"},"times":"always"})",
                  R"({"kind":"bad_step","at":{"site":"step.loss","epoch":0,"batch":1,"nth":0}})",
                  R"({"kind":"bad_step","at":{"site":"step.loss"},"skip":1,"times":"always"})",
                  R"({"kind":"slow_clock","at":{"site":"clock.now","epoch":0,"batch":1,"nth":0}})",
                  R"({"kind":"slow_clock","at":{"site":"clock.now"},"times":"always"})"));
}

TEST(SweepPoints, CountWhatCannotBeStruck) {
  const Scenario story = parsed(trainwreck::testing::story(kNothingSaid)).at(0);
  Address before_any_call = crossing(-1, Site::step_loss);
  before_any_call.at.fit = -1;
  const SweepPoints found =
      sweep_points(story, {before_any_call, crossing(0, Site::file_sync, "a")}, two_kinds(), 100);
  EXPECT_EQ(found.unarmed, 1U);
  EXPECT_EQ(found.unstruck, 1U);
  EXPECT_THAT(found.points, IsEmpty());
}

TEST(SweepPoints, OfALongStoryTakeTheFirstTheSecondAndTheLastOfAClass) {
  const Scenario story = parsed(trainwreck::testing::story(kNothingSaid)).at(0);
  std::vector<Address> census;
  for (std::int64_t batch = 0; batch < 50; ++batch)
    census.push_back(crossing(batch, Site::step_loss));
  census.push_back(crossing(49, Site::step_apply));
  const SweepPoints found = sweep_points(story, census, two_kinds(), 8);
  EXPECT_EQ(found.all, 102U);
  std::vector<std::int64_t> batches;
  for (const SweepPoint& point : found.points) {
    if (!point.lasting) batches.push_back(point.at.at.batch);
  }
  EXPECT_THAT(batches, ElementsAre(0, 1, 49, 49));
}

// Under one profile, with these kinds alone.
SweepResult swept(const std::string& text, const std::string& profile,
                  std::initializer_list<std::string_view> kinds,
                  const Vocabulary& vocabulary = builtin_vocabulary()) {
  SweepOptions options;
  for (const SweptKind& kind : swept_kinds(vocabulary).kinds) {
    if (std::find(kinds.begin(), kinds.end(), kind.name) != kinds.end()) {
      options.kinds.push_back(kind);
    }
  }
  EXPECT_EQ(options.kinds.size(), kinds.size());
  const ParsedScenario scenarios = parse_scenario(text, "story.json", vocabulary);
  EXPECT_THAT(scenarios.mistakes, IsEmpty());
  for (const Plan& plan : sweep_plans(scenarios.scenarios.at(0), vocabulary)) {
    if (plan.profile == profile) return sweep(plan, vocabulary, options);
  }
  ADD_FAILURE() << "no plan of " << profile;
  return {};
}

TEST(Sweep, StrikesEveryPointOnceAndProvesIt) {
  const SweepResult result =
      swept(story(kNothingSaid), "hardened", {"step_throws", "hook_throws", "disk_full"});
  const SweepCertificate& proof = result.certificate;
  EXPECT_GT(proof.crossings, 40U);
  EXPECT_EQ(proof.tried, proof.points);
  EXPECT_EQ(proof.struck + proof.no_strike, proof.tried);
  EXPECT_GT(proof.struck, 40U);
  EXPECT_TRUE(proof.repeats);
  EXPECT_TRUE(proof.nothing_fires_past_the_end);
  EXPECT_TRUE(is_sound(result));
  EXPECT_THAT(result.findings, IsEmpty());
}

TEST(Sweep, FindsWhereALoopDoesNotCloseWhatItBegan) {
  const SweepResult result = swept(story(kNothingSaid), "keras", {"hook_throws"});
  ASSERT_FALSE(result.findings.empty());
  const SweepFinding& first = result.findings.front();
  EXPECT_EQ(first.signature, "N4");
  // What it prints makes it happen again.
  const std::string again = story(R"("when": [)" + when_of(first.point) +
                                  R"(], "then": {"keras": [{"kind": "keeps_contract"}]})");
  EXPECT_THAT(finding_of(again, "keras"), HasSubstr(first.text));
}

TEST(Sweep, LeavesOutTheStorysOwnFaultsAndStatements) {
  const std::string faulty = story(
      R"("when": [{"kind": "step_throws", "at": {"epoch": 0, "batch": 0, "site": "step.loss"}}],
         "then": [{"kind": "status", "is": "failed"}])");
  const SweepResult result = swept(faulty, "hardened", {"step_throws"});
  EXPECT_EQ(result.certificate.trace_hash,
            swept(story(kNothingSaid), "hardened", {"step_throws"}).certificate.trace_hash);
}

// A callback that does something else in every run of the program.
class Moody final : public Callback {
 public:
  std::string name() const override { return "moody"; }
  void on_epoch_begin(Event& event) override {
    static int times = 0;
    event.session.warn("moody", std::to_string(++times));
  }
};

TEST(Sweep, SaysFirstThatARunIsNotDeterministic) {
  Vocabulary vocabulary = builtin_vocabulary();
  vocabulary.engine.callbacks.push_back(
      {"moody", "test",
       [](Params&, const BuildContext&) -> CallbackHandle { return std::make_shared<Moody>(); }});
  const SweepResult result =
      swept(story(kNothingSaid, R"({"kind": "moody"})"), "hardened", {"step_throws"}, vocabulary);
  EXPECT_FALSE(result.certificate.repeats);
  EXPECT_FALSE(is_sound(result));
  ASSERT_FALSE(result.findings.empty());
  EXPECT_EQ(result.findings.front().signature, kStrayed);
}

TEST(SweepReport, ProvesNothingWhereNothingWasStruckOrARunStrayed) {
  SweepResult result;
  result.certificate = {
      .tried = 1, .struck = 1, .repeats = true, .nothing_fires_past_the_end = true};
  EXPECT_TRUE(is_sound(result));
  result.findings = {{{}, std::string(kStrayed), "other"}};
  EXPECT_FALSE(is_sound(result));
  result.findings.clear();
  result.certificate.struck = 0;
  EXPECT_FALSE(is_sound(result));
}

TEST(SweepReport, SaysWhatWasNotTriedAndWhatBrokeOnce) {
  SweepResult result{.profile = "keras"};
  result.certificate = {.crossings = 7,
                        .points = 10,
                        .tried = 4,
                        .struck = 3,
                        .no_strike = 1,
                        .outside = 2,
                        .without_kind = 1,
                        .trace_hash = 1,
                        .end_hash = 2,
                        .repeats = true,
                        .nothing_fires_past_the_end = true};
  const SweepPoint point{.at = crossing(0, Site::step_loss), .kind = "step_throws"};
  result.findings = {{point, "N4", "late"}, {point, "N4", "later"}};
  result.broken_undisturbed = {"D4"};
  const Plan plan = sweep_plans(parsed(story(kNothingSaid)).at(0), builtin_vocabulary()).at(0);
  EXPECT_EQ(sweep_text(plan, result),
            "a story (keras): 7 crossings, 10 points, 4 tried: 3 struck, 1 had nothing to bend, 1 "
            "broke something\n"
            "  not tried: 6 of 10 points (--points tries more)\n"
            "  not tried: 1 crossings at which no kind of the sweep can strike\n"
            "  not tried: 2 crossings outside of any call\n"
            "  N4 broken at 2 points: step_throws 2\n"
            "    first: late\n"
            "    when: {\"kind\":\"step_throws\",\"at\":{\"site\":\"step.loss\",\"epoch\":0,"
            "\"batch\":0,\"nth\":0}}\n"
            "  broken without any fault, and not told again: D4\n"
            "  certificate: trace 0000000000000001, end 0000000000000002\n");
  const auto json = nlohmann::json::parse(sweep_json(plan, result));
  EXPECT_EQ(json["findings"].size(), 2U);
  EXPECT_EQ(json["findings"][1]["when"]["kind"], "step_throws");
  EXPECT_EQ(json["tried"], 4);
}

}  // namespace
}  // namespace trainwreck::testing
