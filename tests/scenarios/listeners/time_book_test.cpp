#include "scenarios/listeners/time_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

// Method: a trace is told by hand, with a clock that goes on when the test says so.
namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

// What stands behind the book takes its time, too.
class SlowSink final : public TraceSink {
 public:
  SlowSink(std::int64_t& now, std::int64_t takes) : now_(now), takes_(takes) {}
  void record(const TraceEvent&) override { now_ += takes_; }

 private:
  std::int64_t& now_;
  std::int64_t takes_;
};

class Told {
 public:
  explicit Told(std::int64_t behind = 0)
      : sink_(now_, behind),
        book_([this] { return now_; }, [this] { return allocations_; }, &sink_) {}

  // So long after the event before.
  Told& in(std::int64_t ns, const TraceEvent& event) {
    now_ += ns;
    book_.record(event);
    return *this;
  }
  Told& scope(std::int64_t ns, TraceKind kind, std::string_view what) {
    return in(ns, {.kind = kind, .what = what});
  }
  Told& hook(std::int64_t ns, TraceKind kind, std::string_view who, std::string_view what) {
    return in(ns, {.kind = kind, .what = what, .who = who});
  }
  void allocate(std::int64_t count) { allocations_ += count; }

  const TimeLine* line(Spent spent, std::string_view who = {}) const {
    for (const TimeLine* line : book_.lines()) {
      if (line->spent == spent && line->callback == who) return line;
    }
    return nullptr;
  }
  std::int64_t spent(Spent spent, std::string_view who = {}) const {
    const TimeLine* found = line(spent, who);
    return found == nullptr ? 0 : found->in_epochs_ns;
  }
  std::int64_t sum() const {
    std::int64_t all = book_.unaccounted_ns();
    for (const TimeLine* line : book_.lines()) all += line->in_epochs_ns;
    return all;
  }
  TimeBook& book() { return book_; }

 private:
  std::int64_t now_ = 0;
  std::int64_t allocations_ = 0;
  SlowSink sink_;
  TimeBook book_;
};

void tell_epoch(Told& told) {
  told.scope(7, TraceKind::scope_begin, "epoch")
      .in(10, {.kind = TraceKind::fetch_begin})
      .in(20, {.kind = TraceKind::fetch_end})
      .in(5, {.kind = TraceKind::step_begin})
      .in(60, {.kind = TraceKind::step_end})
      .hook(1, TraceKind::hook_begin, "A", "on_epoch_end")
      .hook(4, TraceKind::hook_end, "A", "on_epoch_end")
      .hook(0, TraceKind::hook_begin, "B", "on_epoch_end")
      .hook(3, TraceKind::hook_end, "B", "on_epoch_end")
      .hook(2, TraceKind::deferred_begin, "A", "on_epoch_end")
      .hook(80, TraceKind::deferred_end, "A", "on_epoch_end")
      .scope(9, TraceKind::scope_end, "epoch");
}

TEST(TimeBook, EveryNanosecondOfTheEpochBelongsToALine) {
  Told told;
  tell_epoch(told);
  EXPECT_EQ(told.book().epochs_ns(), 194);
  EXPECT_EQ(told.spent(Spent::data), 20);
  EXPECT_EQ(told.spent(Spent::step), 60);
  EXPECT_EQ(told.spent(Spent::hook, "A"), 4);
  EXPECT_EQ(told.spent(Spent::hook, "B"), 3);
  EXPECT_EQ(told.spent(Spent::deferred, "A"), 80);
  EXPECT_EQ(told.spent(Spent::loop), 10 + 5 + 1 + 2 + 9);
  EXPECT_EQ(told.line(Spent::loop)->outside_ns, 7);
  EXPECT_EQ(told.book().unaccounted_ns(), 0);
  EXPECT_EQ(told.sum(), 194);
}

TEST(TimeBook, WhatIsPutOffCountsForWhoeverAsked) {
  Told told;
  tell_epoch(told);
  tell_epoch(told);
  EXPECT_THAT(told.book().by_callback(), ElementsAre(Pair("A", 168), Pair("B", 6)));
  EXPECT_THAT(told.line(Spent::deferred, "A")->times_ns, ElementsAre(80, 80));
  EXPECT_EQ(told.book().epochs(), 2);
}

TEST(TimeBook, WhatTheListeningTakesIsUnaccounted) {
  Told told(3);
  tell_epoch(told);
  // From the epoch's begin to its end there are twelve events; the last is over when it is heard.
  EXPECT_EQ(told.book().unaccounted_ns(), 11 * 3);
  EXPECT_EQ(told.book().epochs_ns(), 194 + 33);
  EXPECT_EQ(told.sum(), told.book().epochs_ns());
  EXPECT_EQ(told.spent(Spent::deferred, "A"), 80) << "the lines are as without";
}

TEST(TimeBook, ValidationIsALineAndItsDataAndHooksAreTheirOwn) {
  Told told;
  told.scope(0, TraceKind::scope_begin, "epoch")
      .scope(1, TraceKind::scope_begin, "test")
      .in(10, {.kind = TraceKind::fetch_begin})
      .in(20, {.kind = TraceKind::fetch_end})
      .hook(30, TraceKind::hook_begin, "A", "on_test_batch_end")
      .hook(5, TraceKind::hook_end, "A", "on_test_batch_end")
      .scope(40, TraceKind::scope_end, "test")
      .scope(2, TraceKind::scope_end, "epoch");
  EXPECT_EQ(told.spent(Spent::validation), 10 + 30 + 40);
  EXPECT_EQ(told.spent(Spent::data), 20);
  EXPECT_EQ(told.spent(Spent::hook, "A"), 5);
  EXPECT_EQ(told.spent(Spent::loop), 3);
}

TEST(TimeBook, ACallbackThatEvaluatesInItsHookPaysForThat) {
  Told told;
  told.scope(0, TraceKind::scope_begin, "epoch")
      .hook(1, TraceKind::hook_begin, "A", "on_epoch_end")
      .in(0, {.kind = TraceKind::run_begin})
      .scope(2, TraceKind::scope_begin, "test")
      .in(10, {.kind = TraceKind::fetch_begin})
      .in(20, {.kind = TraceKind::fetch_end})
      .hook(0, TraceKind::hook_begin, "B", "on_test_end")
      .hook(7, TraceKind::hook_end, "B", "on_test_end")
      .scope(30, TraceKind::scope_end, "test")
      .in(0, {.kind = TraceKind::run_end})
      .hook(4, TraceKind::hook_end, "A", "on_epoch_end")
      .scope(0, TraceKind::scope_end, "epoch");
  EXPECT_EQ(told.spent(Spent::hook, "A"), 2 + 10 + 20 + 30 + 4);
  EXPECT_EQ(told.spent(Spent::hook, "B"), 7);
  EXPECT_EQ(told.spent(Spent::data), 0);
  EXPECT_EQ(told.sum(), told.book().epochs_ns());
}

TEST(TimeBook, WhatAnErrorCutsShortTakesNothingFromWhatFollows) {
  Told told;
  told.scope(0, TraceKind::scope_begin, "epoch")
      .in(1, {.kind = TraceKind::fetch_begin})  // and no end: it raised
      .hook(50, TraceKind::hook_begin, "A", "on_epoch_end")
      .hook(5, TraceKind::hook_end, "A", "on_epoch_end")
      .in(3, {.kind = TraceKind::fetch_end})
      .scope(2, TraceKind::scope_end, "epoch");
  EXPECT_EQ(told.spent(Spent::data), 50 + 3);
  EXPECT_EQ(told.spent(Spent::hook, "A"), 5);
  EXPECT_EQ(told.spent(Spent::loop), 1 + 2);
  // A process that died in a hook leaves it open; the next call begins anew.
  told.hook(0, TraceKind::hook_begin, "A", "on_train_end");
  told.book().begin_call();
  tell_epoch(told);
  EXPECT_EQ(told.spent(Spent::deferred, "A"), 80);
  EXPECT_EQ(told.sum(), told.book().epochs_ns());
}

TEST(TimeBook, CountsAllocationsWhereTheyAreMade) {
  Told told;
  told.scope(0, TraceKind::scope_begin, "epoch");
  told.hook(0, TraceKind::hook_begin, "A", "on_epoch_end");
  told.allocate(5);
  told.hook(0, TraceKind::hook_end, "A", "on_epoch_end");
  told.allocate(2);
  told.scope(0, TraceKind::scope_end, "epoch");
  EXPECT_EQ(told.line(Spent::hook, "A")->costs.allocations, 5);
  EXPECT_EQ(told.line(Spent::loop)->costs.allocations, 2);
}

TEST(TimeBook, BackgroundWorkIsBesideTheLoopAndHasItsOwner) {
  std::int64_t now = 0;
  TimeBook book([&] { return now; });
  book.record({.kind = TraceKind::scope_begin, .what = "epoch"});
  book.record({.kind = TraceKind::hook_begin, .what = "on_epoch_end", .who = "saver"});
  const auto work = book.in_background([&] {
    now += 500;
    ++book.here().costs.syncs;
  });
  book.record({.kind = TraceKind::hook_end, .what = "on_epoch_end", .who = "saver"});
  EXPECT_EQ(book.by_callback().at("saver"), 0);
  work();
  for (const TimeLine* line : book.lines()) {
    if (line->spent != Spent::background) continue;
    EXPECT_EQ(line->callback, "saver");
    EXPECT_EQ(line->outside_ns, 500);
    EXPECT_EQ(line->costs.syncs, 1);
    return;
  }
  FAIL() << "no line for it";
}

}  // namespace
}  // namespace trainwreck
