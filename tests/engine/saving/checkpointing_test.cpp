#include "engine/saving/checkpointing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "engine/loop/loop_state.h"
#include "engine/saving/saver.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::ScriptedWorld;

struct Checkpointed {
  explicit Checkpointed(Policy chosen) : policy(std::move(chosen)) {}
  Policy policy;
  ScriptedWorld world;
  std::unique_ptr<Model> model = testing::small_model();
  LoopState state{*model, policy, world.seams()};
  Session& session = state.session;
};

void save(Session& session, Saver& saver) {
  saver.save(session, {.what = "m",
                       .order = {.path = "m", .tag = "periodic"},
                       .write = [](const SaveContext& desk, const Checkpoint& snapshot) {
                         publish(desk, "m", snapshot);
                       }});
}

void save(Session& session) {
  Saver saver("me");
  save(session, saver);
}

TEST(Checkpointing, MemoryForASaveIsTakenAndGivenBack) {
  Checkpointed fixture(hardened());
  save(fixture.session);
  EXPECT_EQ(fixture.world.memory.peak(), 2 * 4 * 2);
  EXPECT_EQ(fixture.world.memory.in_use(), 0);
}

TEST(Checkpointing, LoadIsTracedAndPaidFor) {
  Checkpointed fixture(hardened());
  save(fixture.session);
  const auto size = static_cast<std::int64_t>(fixture.world.files.contents["m"].size());
  EXPECT_EQ(load_checkpoint(fixture.session, "m").tag, "periodic");
  EXPECT_EQ(fixture.world.memory.peak(), size);
  EXPECT_EQ(fixture.world.trace.lines.back(), "load m periodic");
}

TEST(Checkpointing, DeleteIsTracedBeforeItHappens) {
  Checkpointed fixture(hardened());
  fixture.world.files.refuse("remove", EACCES);
  fixture.world.files.contents["m"] = "x";
  EXPECT_THROW(delete_checkpoint(desk_in(fixture.session), "m"), IoError);
  EXPECT_THAT(fixture.world.trace.lines, ElementsAre("delete m "));
}

TEST(Checkpointing, LeftoverThatCannotBeRemovedIsAWarning) {
  Checkpointed fixture(hardened());
  fixture.world.files.contents["m.5.tmp"] = "half";
  fixture.world.files.refuse("remove m.5.tmp", EACCES);
  save(fixture.session);
  ASSERT_EQ(fixture.session.warnings().size(), 1U);
  EXPECT_EQ(fixture.session.warnings()[0].id, "checkpoint.leftover");
  EXPECT_EQ(fixture.session.warnings()[0].text, "m.5.tmp could not be cleaned up");
}

TEST(Checkpointing, DeathIsNoFailedSave) {
  Policy policy = hardened();
  policy.checkpoint.failed_save = FailedSave::continues;
  policy.checkpoint.max_failed_saves = 9;
  Checkpointed fixture(policy);
  fixture.world.files.die_at("append");
  Saver saver("me");
  EXPECT_THROW(save(fixture.session, saver), Death);
  EXPECT_EQ(saver.failed(), 0);
  EXPECT_THAT(fixture.world.trace.lines, ElementsAre("begin m periodic"));
}

// Puts its mark into a list now, and later again when everybody is done.
class Deferrer final : public Callback {
 public:
  Deferrer(std::string name, std::vector<std::string>& marks, bool raises = false)
      : name_(std::move(name)), marks_(marks), raises_(raises) {}
  std::string name() const override { return name_; }
  void on_epoch_end(Event& event) override {
    marks_.push_back(name_);
    event.session.after_hook([this] {
      marks_.push_back(name_ + " later");
      if (late_error) throw ValueError("late");
    });
    if (raises_) throw ValueError("at once");
  }
  bool late_error = false;

 private:
  std::string name_;
  std::vector<std::string>& marks_;
  bool raises_;
};

void end_epoch(CallbackList& list, Status status = Status::completed) {
  Logs logs;
  list.on_epoch_end(0, logs, status);
}

TEST(AfterHook, ActionsRunOnceEverybodyHadTheHook) {
  Checkpointed fixture(hardened());
  std::vector<std::string> marks;
  CallbackList list(fixture.state, {std::make_shared<Deferrer>("a", marks),
                                    std::make_shared<Deferrer>("b", marks)});
  end_epoch(list);
  EXPECT_THAT(marks, ElementsAre("a", "b", "a later", "b later"));
  end_epoch(list);
  EXPECT_EQ(marks.size(), 8U);
}

TEST(AfterHook, NothingRunsWhenOneOfThemRaised) {
  for (const bool strict : {true, false}) {
    Checkpointed fixture(strict ? hardened() : keras());
    std::vector<std::string> marks;
    CallbackList list(fixture.state, {std::make_shared<Deferrer>("a", marks),
                                      std::make_shared<Deferrer>("b", marks, true)});
    EXPECT_THROW(end_epoch(list), ValueError);
    EXPECT_THAT(marks, ElementsAre("a", "b"));
    EXPECT_THROW(end_epoch(list), ValueError);
    EXPECT_EQ(marks.size(), 4U);
  }
}

TEST(AfterHook, ErrorOfAnActionIsThatOfItsCallbackAndEndsTheRest) {
  Checkpointed fixture(hardened());
  std::vector<std::string> marks;
  const auto first = std::make_shared<Deferrer>("a", marks);
  first->late_error = true;
  CallbackList list(fixture.state, {first, std::make_shared<Deferrer>("b", marks)});
  ErrorLedger ledger;
  list.set_ledger(&ledger);
  EXPECT_THROW(end_epoch(list), Unwinding);
  EXPECT_EQ(ledger.primary()->callback, "a");
  EXPECT_EQ(ledger.primary()->phase, "on_epoch_end");
  EXPECT_EQ(ledger.primary()->message, "late");
  EXPECT_THAT(marks, ElementsAre("a", "b", "a later"));
}

TEST(AfterHook, NothingRunsWhileAnErrorIsOnItsWay) {
  Checkpointed fixture(hardened());
  std::vector<std::string> marks;
  CallbackList list(fixture.state, {std::make_shared<Deferrer>("a", marks)});
  ErrorLedger ledger;
  Logs logs;
  list.end_contained(Hook::epoch_end, 0, logs, Status::failed, CallbackList::kEverybody, ledger);
  EXPECT_THAT(marks, ElementsAre("a"));
  end_epoch(list);
  EXPECT_THAT(marks, ElementsAre("a", "a", "a later"));
}

}  // namespace
}  // namespace trainwreck
