#include "scenarios/flow/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/suite/verdict_json.h"
#include "tests/scenarios/support/told_story.h"

namespace trainwreck::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char* const kThrows =
    R"("when": [{"kind": "hook_throws", "at": {"site": "hook.on_train_begin", "callback": "A"}}],)";

TEST(Verdict, OfAFailureBeginsWithHowEachCallEnded) {
  const Verdict verdict = verdict_of(
      story(kThrows + then(R"({"kind": "hook_ran", "hook": "on_epoch_end", "epochs": [0]})")));
  EXPECT_EQ(verdict.kind, VerdictKind::failed);
  ASSERT_EQ(verdict.endings.size(), 1U);
  EXPECT_THAT(verdict.endings[0], HasSubstr("call 0 failed: "));
  EXPECT_THAT(verdict.endings[0], HasSubstr(" in on_train_begin of A"));
}

TEST(Verdict, SaysNothingOfEndingsWhereAllHeld) {
  const Verdict verdict = verdict_of(story(then(R"({"kind": "status", "is": "completed"})")));
  EXPECT_EQ(verdict.kind, VerdictKind::held);
  EXPECT_THAT(verdict.endings, IsEmpty());
}

TEST(Verdict, KeepsItsEndingsOnTheWayFromAChild) {
  const Verdict sent{.kind = VerdictKind::failed, .endings = {"call 0 failed: x", "call 1 hung"}};
  const auto received = verdict_from(json_of(sent));
  ASSERT_TRUE(received.has_value());
  EXPECT_THAT(received->endings, ElementsAre("call 0 failed: x", "call 1 hung"));
}

}  // namespace
}  // namespace trainwreck::testing
