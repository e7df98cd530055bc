#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "scenarios/language/parse.h"
#include "tests/observations/book.h"
#include "tests/observations/told_in_code.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {
namespace {

// Method: every run of real Keras that facts.json holds is told by one scenario. It must state all
// that was observed, word for word, and hold when it is run.
TEST(Observations, EachIsToldAndHolds) {
  const Books books = keep_books(read_facts(), builtin_vocabulary());
  fmt::print("{}\n", books.summary());
  for (const auto& [id, difference] : books.differing) ADD_FAILURE() << id << ": " << difference;
  for (const std::string& mistake : books.mistakes) ADD_FAILURE() << mistake;
  EXPECT_GE(books.matched.size(), 275U);
  for (const auto& [id, reason] : books.not_applicable) {
    EXPECT_GT(reason.size(), 20U) << id << " needs a reason";
  }
}

constexpr const char* kGiven = R"("given": {
    "data": {"kind": "arrays", "samples": 4, "features": 1, "batch_size": 4},
    "model": [{"kind": "dense", "units": 1}],
    "callbacks": [{"kind": "probe", "name": "A"}]})";

Scenario telling(const std::string& keras, const std::string& hardened = "[]") {
  const std::string text = fmt::format(
      R"({{"name": "a story", "observation": "x", {}, "then": {{"keras": [{}], "hardened": {}}}}})",
      kGiven, keras, hardened);
  const ParsedScenario parsed = parse_scenario(text, "x.json", builtin_vocabulary());
  for (const Diagnostic& mistake : parsed.mistakes) ADD_FAILURE() << mistake.message;
  return parsed.scenarios.at(0);
}

constexpr const char* kAll = R"j(
    {"kind": "trace_is", "of": ["A.on_epoch_end"], "events": ["A.on_epoch_end(0)"]
},
    {"kind": "raises", "error": "ShapeError"},
    {"kind": "history_is", "epochs": [0], "keys": ["loss"]},
    {"kind": "stop_flag_is", "is": false},
    {"kind": "files_are", "paths": ["m.weights.h5"]})j";

JsonNode json(const std::string& text) {
  Diagnostics mistakes;
  return parse_json(text, {}, mistakes);
}

Facts facts() {
  return {.id = "x",
          .events = {"A.on_epoch_end(0)"},
          .raised = "ValueError",
          .epochs = json("[0]"),
          .keys = {"loss"},
          .stop = json("false"),
          .files = {"m.weights.h5"}};
}

std::string difference(const Facts& observed, const std::string& keras = kAll) {
  return first_difference(observed, telling(keras), read_rules());
}

TEST(Observations, AScenarioThatStatesEveryFactMatches) { EXPECT_EQ(difference(facts()), ""); }

TEST(Observations, AnEventTooManyIsADifference) {
  Facts observed = facts();
  observed.events.push_back("A.on_train_end()");
  EXPECT_EQ(difference(observed), "event 1: observed A.on_train_end(), stated the end");
}

TEST(Observations, AnErrorOfAnotherTypeIsADifference) {
  Facts observed = facts();
  observed.raised = "KeyError";
  EXPECT_EQ(difference(observed), "raised: observed KeyError, stated ShapeError");
  observed.raised = "";
  EXPECT_EQ(difference(observed), "raised: observed nothing, stated ShapeError");
}

TEST(Observations, EpochsKeysFlagAndFilesAreCompared) {
  Facts observed = facts();
  observed.epochs = json("[0, 1]");
  EXPECT_EQ(difference(observed), "history's epochs: observed [0,1], stated [0]");
  observed = facts();
  observed.keys.insert("mae");
  EXPECT_EQ(difference(observed), "history's key 1: observed mae, stated the end");
  observed = facts();
  observed.stop = json("true");
  EXPECT_EQ(difference(observed), "stop_training: observed true, stated false");
  observed = facts();
  observed.files.clear();
  EXPECT_EQ(difference(observed), "file 0: observed the end, stated m.weights.h5");
}

TEST(Observations, AFactThatIsNotStatedIsADifference) {
  EXPECT_EQ(difference(facts(), R"({"kind": "raises", "error": "ShapeError"})"),
            "event 0: observed A.on_epoch_end(0), stated (not stated)");
}

TEST(Observations, ATableMustBeStatedUnlessItIsLeftOut) {
  Facts observed = facts();
  observed.tables["csv"] = json(R"(["epoch,loss"])");
  EXPECT_EQ(difference(observed), "the scenario says nothing about \"csv\"");
  observed.tables = {{"running_loss_per_batch", json("[0.5]")}};
  EXPECT_EQ(difference(observed), "");
  observed.tables = {{"raised_per_call", json(R"([null, "ValueError"])")}};
  EXPECT_EQ(difference(observed), "2 calls were observed, 1 told");
}

TEST(Observations, WhatIsToldInCodeIsRun) {
  const Rules rules = read_rules();
  const Facts observed{.id = "x", .raised = "ValueError", .epochs = json("[]")};
  EXPECT_EQ(difference_in_code(
                observed, [] { throw ShapeError("no"); }, rules),
            "");
  EXPECT_EQ(difference_in_code(
                observed, [] {}, rules),
            "raised: observed ValueError, stated nothing");
  EXPECT_EQ(difference_in_code(
                observed, [] { throw KeyError("no"); }, rules),
            "raised: observed ValueError, stated KeyError");
  EXPECT_EQ(difference_in_code(
                facts(), [] { throw ShapeError("no"); }, rules),
            "more was observed than an error");
}

TEST(Observations, WhatAFileCannotSayRaisesWhatKerasRaises) {
  const Rules rules = read_rules();
  for (const RuleInCode& rule : rules_in_code()) {
    const Facts observed{.id = "x", .raised = rule.raised, .epochs = json("[]")};
    EXPECT_EQ(difference_in_code(observed, rule.act, rules), "") << rule.says;
  }
}

// What a file can say stands in scenarios/library/keras, and goes by the same table.
TEST(Observations, TheTableHasPythonsOwnNames) {
  const Rules rules = read_rules();
  EXPECT_EQ(error_difference("ValueError", "ZeroDivisionError", rules), "");
  EXPECT_EQ(error_difference("DataExhausted", "RuntimeError", rules), "");
  EXPECT_EQ(error_difference("BadBatch", "ZeroDivisionError", rules),
            "raised: observed ZeroDivisionError, stated BadBatch");
}

TEST(Observations, TheHardenedVerdictMustStandBeside) {
  EXPECT_EQ(missing_verdict(telling(kAll)), "does not say how a hardened loop ends");
  Scenario bare = telling(kAll, R"([{"kind": "status", "is": "completed"}])");
  EXPECT_EQ(missing_verdict(bare), "");
  bare.given.policy = part_of("{}");
  EXPECT_EQ(missing_verdict(bare), "does not say what the contract makes of the hardened run");
  Scenario full =
      telling(kAll, R"([{"kind": "status", "is": "completed"}, {"kind": "keeps_contract"}])");
  full.given.policy = part_of("{}");
  EXPECT_EQ(missing_verdict(full), "");
}

}  // namespace
}  // namespace trainwreck::testing
