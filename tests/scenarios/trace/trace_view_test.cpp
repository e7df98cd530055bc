#include "scenarios/trace/trace_view.h"

#include <gtest/gtest.h>

#include "tests/scenarios/support/told_story.h"

namespace trainwreck::testing {
namespace {

bool matches(const std::string& entry, std::string_view who, std::string_view what = {}) {
  return View({entry}).matches(who, what).has_value();
}

TEST(View, ANameAloneMeansEverythingOfIt) {
  EXPECT_TRUE(matches("A", "A", "on_epoch_end"));
  EXPECT_TRUE(matches("ds", "ds", "[]"));
  EXPECT_FALSE(matches("A", "B", "on_epoch_end"));
}

TEST(View, WhatFewStoriesLookAtIsHeardWhereItIsNamed) {
  for (const char* what : {"set_model", "yield", "exhausted", "raises"}) {
    EXPECT_FALSE(matches("A", "A", what));
    EXPECT_TRUE(matches(std::string("A.") + what, "A", what));
  }
}

TEST(View, OneHookAlone) {
  EXPECT_TRUE(matches("A.on_epoch_end", "A", "on_epoch_end"));
  EXPECT_FALSE(matches("A.on_epoch_end", "A", "on_epoch_begin"));
}

TEST(View, AllButSome) {
  const std::string entry = "A except on_train_batch_begin on_train_batch_end";
  EXPECT_TRUE(matches(entry, "A", "on_epoch_end"));
  EXPECT_FALSE(matches(entry, "A", "on_train_batch_begin"));
  EXPECT_FALSE(matches(entry, "A", "on_train_batch_end"));
}

TEST(View, MayCountBatchesFromAnotherNumberOn) {
  EXPECT_EQ(View({"test_step"}).matches("test_step"), 0);
  EXPECT_EQ(View({"test_step+100"}).matches("test_step"), 100);
  EXPECT_EQ(View({"val.yield+100"}).matches("val", "yield"), 100);
}

// What a story says in Keras's words, through a view.
std::string words(const std::string& given, const std::string& view, const std::string& events) {
  return finding_of(R"({"name": "x", "given": {"model": [{"kind": "dense", "units": 1}],
      "callbacks": [{"kind": "probe", "name": "A"}], )" +
                        given + R"(, "then": {"keras": [{"kind": "trace_is", "of": )" + view +
                        R"(, "events": )" + events + "}]}}",
                    "keras");
}

constexpr const char* kGenerator =
    R"("data": {"kind": "generator", "name": "gen", "batches": 3, "features": 1, "batch_size": 4},
       "fit": {"epochs": 2}})";

TEST(KerasWords, AGeneratorYieldsEachItemOnceAndEndsOnce) {
  EXPECT_EQ(words(kGenerator, R"(["gen.yield", "gen.exhausted"])",
                  R"j(["gen.yield(0)", "gen.yield(1)", "gen.yield(2)", "gen.exhausted"])j"),
            "held");
}

constexpr const char* kTwoFits =
    R"("data": {"kind": "arrays", "samples": 4, "features": 1, "batch_size": 4},
       "validation": {"kind": "sequence", "name": "val", "samples": 4, "features": 1}},
       "runs": [{"do": "fit"}, {"do": "evaluate"}, {"do": "fit"}])";

TEST(KerasWords, ASecondFitHasAHeading) {
  EXPECT_EQ(words(kTwoFits, R"(["A.set_model", "train_step"])",
                  R"(["A.set_model", "train_step[data=0,rows=4]", "A.set_model", "== fit #2 ==",
                      "A.set_model", "train_step[data=0,rows=4]"])"),
            "held");
}

TEST(KerasWords, CallsOnOneBatchSayWhichOneTheyGot) {
  const std::string calls =
      R"("data": {"kind": "arrays", "samples": 16, "features": 1, "batch_size": 4}},
         "runs": [{"do": "fit", "fit": {"steps_per_epoch": 1}}, {"do": "train_on_batch"},
                  {"do": "train_on_batch", "batch": 3}, {"do": "test_on_batch", "batch": 2}])";
  EXPECT_EQ(words(calls, R"(["train_step", "test_step"])",
                  R"(["train_step[data=0,rows=4]", "== train_on_batch ==",
                      "train_step[data=0,rows=4]", "train_step[data=3,rows=4]",
                      "test_step[data=2,rows=4]"])"),
            "held");
}

TEST(KerasWords, ACallbackListedAgainIsCalledAgain) {
  const std::string given =
      R"("data": {"kind": "arrays", "samples": 4, "features": 1, "batch_size": 4},
         "listed_again": ["A"]})";
  EXPECT_EQ(
      words(given, R"(["A.on_epoch_end"])", R"j(["A.on_epoch_end(0)", "A.on_epoch_end(0)"])j"),
      "held");
}

TEST(KerasWords, AFitInsideAHookHasNoHeading) {
  const std::string given =
      R"("data": {"kind": "arrays", "samples": 4, "features": 1, "batch_size": 4}},
         "when": [{"kind": "reentrant_fit", "at": {"site": "hook.on_epoch_end"}}])";
  EXPECT_EQ(words(given, R"(["A.on_epoch_end", "inner.on_epoch_end"])",
                  R"j(["A.on_epoch_end(0)", "inner.on_epoch_end(0)"])j"),
            "held");
}

TEST(KerasWords, ATestStepIsHeardBeforeTheEndOfItsBatch) {
  EXPECT_EQ(words(kTwoFits, R"(["val except on_epoch_begin", "test_step+100",
                                "A.on_test_batch_end"])",
                  R"j(["val.on_epoch_end", "val[0]", "test_step[data=100,rows=4]",
                      "A.on_test_batch_end(0)", "val.on_epoch_end", "test_step[data=100,rows=4]",
                      "A.on_test_batch_end(0)", "== fit #2 ==", "val.on_epoch_end", "val[0]",
                      "test_step[data=100,rows=4]", "A.on_test_batch_end(0)",
                      "val.on_epoch_end"])j"),
            "held");
}

}  // namespace
}  // namespace trainwreck::testing
