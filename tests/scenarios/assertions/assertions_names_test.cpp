#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/support/told_story.h"

// Method: names that do not exist stand where they would make an assertion hold for ever. Some are
// mistakes of the file; who is called what shows only in a run, which then misses it.
namespace trainwreck::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

void expect_mistake(const std::string& assertion, const std::string& message) {
  EXPECT_THAT(mistakes_of(story(then(assertion))), ElementsAre(HasSubstr(message))) << assertion;
}

TEST(NamesInViews, MustBeHooksOrWordsOfAView) {
  expect_mistake(R"({"kind": "trace_is", "of": ["A except on_train_batch_ende"], "events": []})",
                 "\"on_train_batch_ende\" is unknown; did you mean \"on_train_batch_end\"?");
  expect_mistake(R"({"kind": "trace_is", "of": ["A.on_epoch_edn"], "events": []})",
                 "\"on_epoch_edn\" is unknown; did you mean \"on_epoch_end\"?");
  expect_mistake(R"({"kind": "trace_is", "of": ["A excpt on_epoch_end"], "events": []})",
                 "\"excpt\" is unknown; did you mean \"except\"?");
  expect_mistake(R"({"kind": "trace_is", "of": ["synthetic.yeild"], "events": []})",
                 "\"yeild\" is unknown; did you mean \"yield\"?");
}

TEST(NamesOfErrors, MustBeTypesOfErrors) {
  const std::string message = "\"ShapError\" is unknown; did you mean \"ShapeError\"?";
  expect_mistake(R"({"kind": "raises", "error": "ShapError"})", message);
  expect_mistake(R"({"kind": "status", "is": "failed", "error": "ShapError"})", message);
  expect_mistake(R"({"kind": "errors_are", "types": ["ShapError"]})", message);
  expect_mistake(R"({"kind": "raises", "error": "ShapeError", "phase": "foward"})",
                 "\"foward\" is unknown; did you mean \"forward\"?");
  EXPECT_EQ(plain(R"({"kind": "raises", "error": "nothing"})"), "held");
}

TEST(NamesOfCallbacks, MustBeSomebodys) {
  for (const std::string assertion :
       {R"({"kind": "hook_never_ran", "hook": "on_test_end", "callback": "csv_loger"})",
        R"({"kind": "hook_ran", "hook": "on_test_end", "callback": "csv_loger", "times": 0})"}) {
    EXPECT_EQ(plain(assertion),
              "a callback called \"csv_loger\" -> there is none; did you mean \"csv_logger\"?");
  }
  EXPECT_EQ(plain(R"({"kind": "hook_never_ran", "hook": "on_test_end", "callback": "A"})"), "held");
  EXPECT_THAT(plain(R"({"kind": "trace_is", "of": ["nobody"], "events": []})"),
              HasSubstr("a callback or source called \"nobody\" -> there is none; there is "));
}

TEST(NamesOfHooks, MustBeHooksInAnOrder) {
  expect_mistake(R"({"kind": "hooks_in_order", "hooks": ["A.on_train_begin", "A.on_train_ends"]})",
                 "\"on_train_ends\" is unknown; did you mean \"on_train_end\"?");
}

TEST(NamesInHookLog, MayBeMetricsButNoMisspeltWord) {
  const auto mistakes = [](const std::string& shown) {
    return mistakes_of(story(then(R"({"kind": "status", "is": "completed"})"),
                             R"({"kind": "hook_log", "path": "seen.log", "on_epoch_end": true,
                                   "shows": [")" +
                                 shown + R"("]})"));
  };
  EXPECT_THAT(mistakes("statsu"),
              Contains(HasSubstr("\"statsu\" is unknown; did you mean \"status\"?")));
  EXPECT_THAT(mistakes("val_accuracy"), ElementsAre());
}

}  // namespace
}  // namespace trainwreck::testing
