#include "scenarios/bench/callback_bench.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "engine/base/errors.h"
#include "scenarios/bench/bench_report.h"
#include "scenarios/language/planning.h"
#include "tests/scenarios/support/told_story.h"
#include "trainwreck/cli.h"

// Method: fits are real, the clock is not: it goes on by a microsecond whenever somebody looks at
// it.
namespace trainwreck::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kSaver = R"({"kind": "backup_and_restore", "backup_dir": "backup"})";

Plan plan_of(const std::string& rest = then(R"({"kind": "status", "is": "completed"})"),
             const std::string& callbacks = kSaver) {
  return plan(parsed(story(rest, callbacks)).at(0), builtin_vocabulary()).at(0);
}

BenchOrder by_virtual_time(int runs) {
  return {.runs = runs, .clock = [now = std::int64_t{0}]() mutable { return now += 1000; }};
}

BenchAccount account(int runs = 3) {
  return account_of(plan_of(), builtin_vocabulary(), by_virtual_time(runs));
}

const BenchLine& line_of(const BenchAccount& account, const std::string& spent,
                         const std::string& callback) {
  for (const BenchLine& line : account.lines) {
    if (line.spent == spent && line.callback == callback) return line;
  }
  ADD_FAILURE() << "no line " << spent << " of " << callback;
  static const BenchLine none;
  return none;
}

TEST(NearestRank, IsAValueThatWasMeasured) {
  std::vector<std::int64_t> hundred(100);
  std::iota(hundred.rbegin(), hundred.rend(), 1);
  EXPECT_EQ(nearest_rank(hundred, 0.5), 50);
  EXPECT_EQ(nearest_rank(hundred, 0.99), 99);
  EXPECT_EQ(nearest_rank(hundred, 1.0), 100);
  EXPECT_EQ(nearest_rank(hundred, 0.0), 1);
  std::vector<std::int64_t> few{4, 1, 3, 2};
  EXPECT_EQ(nearest_rank(few, 0.5), 2);
  EXPECT_EQ(nearest_rank(few, 0.51), 3);
  std::vector<std::int64_t> none;
  EXPECT_EQ(nearest_rank(none, 0.5), 0);
}

TEST(Shares, AddUpToAHundredPercent) {
  EXPECT_THAT(shares_of({1, 1, 1}), ElementsAre(3334, 3333, 3333));
  EXPECT_THAT(shares_of({0, 0}), ElementsAre(0, 0));
  for (const std::vector<std::int64_t>& parts :
       {std::vector<std::int64_t>{7, 11, 13, 17, 19, 23}, {1, 999'999'999}, {5, 0, 0}}) {
    const std::vector<std::int64_t> shares = shares_of(parts);
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}), 10'000);
  }
}

TEST(CallbackBench, AccountsForEveryNanosecond) {
  const BenchAccount found = account();
  std::int64_t sum = found.unaccounted_ns;
  for (const BenchLine& line : found.lines) sum += line.in_epochs_ns;
  EXPECT_EQ(sum, found.epochs_ns);
  EXPECT_GT(found.epochs_ns, 0);
  EXPECT_EQ(found.epochs, 6) << "two epochs in each of three runs";
  EXPECT_EQ(line_of(found, "step", "").calls, 12);
}

// The save runs once all callbacks had the hook: it was nobody's before.
TEST(CallbackBench, ADeferredSaveAndItsSyncsAreTheCheckpointers) {
  const BenchAccount found = account();
  const BenchLine& save = line_of(found, "deferred", "backup_and_restore");
  EXPECT_EQ(save.calls, 6);
  EXPECT_EQ(save.hook, "on_epoch_end");
  EXPECT_GT(save.in_epochs_ns, 0);
  EXPECT_GE(save.syncs, 6);
  EXPECT_GT(save.bytes, 0);
  EXPECT_EQ(line_of(found, "hook", "backup_and_restore").syncs, 0);
  std::int64_t logged = 0;
  for (const BenchLine& line : found.lines) {
    if (line.callback == "csv_logger") logged += line.bytes;
  }
  EXPECT_GT(logged, 0);
}

TEST(CallbackBench, TheTableAddsUpAndFitsEightyColumns) {
  const std::string text = account_text(account());
  EXPECT_THAT(text,
              AllOf(HasSubstr("6 epochs"), HasSubstr(" 100.00\n"),
                    HasSubstr("\nbackup_and_restore after on_epoch_end\n"),
                    HasSubstr("the loop itself"), HasSubstr("unaccounted: the measuring"),
                    HasSubstr("outside the epochs"), HasSubstr("Most of the callbacks' time is ")));
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    EXPECT_LE(end - begin, 80U) << text.substr(begin, end - begin);
    begin = end + 1;
  }
}

// Batches made by workers are made beside the loop, and nobody's callback pays for them.
TEST(CallbackBench, WorkOnOtherThreadsIsBesideTheLoop) {
  const std::string text = R"({"name": "x", "given": {
    "data": {"kind": "workers", "from": {"kind": "arrays", "samples": 8, "batch_size": 4}},
    "fit": {"epochs": 1}}, "then": [{"kind": "status", "is": "completed"}]})";
  const Vocabulary vocabulary = builtin_vocabulary();
  const Plan workers = plan(parsed(text).at(0), vocabulary).at(0);
  const BenchAccount found = account_of(workers, vocabulary, {.runs = 1, .clock = {}});
  const BenchLine& line = line_of(found, "background", "");
  EXPECT_GT(line.calls, 0);
  EXPECT_EQ(line.in_epochs_ns, 0);
  EXPECT_THAT(account_text(found), HasSubstr("tasks of the loop"));
  std::int64_t sum = found.unaccounted_ns;
  for (const BenchLine& one : found.lines) sum += one.in_epochs_ns;
  EXPECT_EQ(sum, found.epochs_ns);
}

TEST(CallbackBench, WhatJsonHoldsCanBeComparedWith) {
  const BenchAccount now = account();
  const BenchAccount before = accounts_from(accounts_json({now})).at(0);
  EXPECT_EQ(accounts_json({before}), accounts_json({now}));
  BenchAccount slower = now;
  slower.lines.push_back({.spent = "hook", .callback = "new", .hook = "x", .in_epochs_ns = 6000});
  for (BenchLine& line : slower.lines) {
    if (line.spent == "step") line.in_epochs_ns *= 2;
  }
  const std::string text = against_text(before, slower);
  EXPECT_THAT(text, AllOf(::testing::ContainsRegex("step .*\\+100.0 %"),
                          ::testing::ContainsRegex("new x +- +1 us +new"),
                          ::testing::ContainsRegex("data .*\\+0.0 %")));
  EXPECT_THROW(accounts_from("{}"), ValueError);
  EXPECT_THROW(accounts_from("[1,"), ValueError);
}

TEST(CallbackBench, WithoutACallbackRunsByTurns) {
  const BenchComparison found =
      compare_without(plan_of(), builtin_vocabulary(), "backup_and_restore", by_virtual_time(4));
  ASSERT_EQ(found.with_ns.size(), 4U);
  // The clock counts the events: those of the callback are the difference, in every pair.
  std::vector<std::int64_t> costs;
  for (std::size_t i = 0; i < 4; ++i) costs.push_back(found.with_ns[i] - found.without_ns[i]);
  EXPECT_GT(costs[0], 0);
  EXPECT_THAT(costs, Each(costs[0]));
  EXPECT_THAT(comparison_text(found), HasSubstr("backup_and_restore costs "));
  EXPECT_THROW(compare_without(plan_of(), builtin_vocabulary(), "nobody", by_virtual_time(1)),
               ValueError);
}

TEST(CallbackBench, AnUncertainDifferenceIsCalledSo) {
  const BenchComparison found{.title = "t",
                              .without = "A",
                              .with_ns = {100, 90, 110, 100},
                              .without_ns = {100, 100, 100, 100}};
  EXPECT_THAT(comparison_text(found),
              HasSubstr("What A costs is less than the runs differ by themselves."));
}

TEST(CallbackBench, SaysWhatItLeavesOut) {
  const Plan plan = plan_of(R"("runs": [
      {"do": "fit", "when": [{"kind": "sigkill", "at": {"site": "step.apply"}}]},
      {"do": "restart"}, {"do": "fit"}], )" +
                            then(R"({"kind": "status", "is": "completed"})"));
  EXPECT_THAT(left_out_of_bench(plan),
              ElementsAre("1 fault: nothing strikes here",
                          "2 further runs: one fit as \"given\" says is measured"));
  const BenchAccount found = account_of(plan, builtin_vocabulary(), by_virtual_time(1));
  EXPECT_THAT(account_text(found), HasSubstr("\nleft out: 1 fault: nothing strikes here\n"));
  EXPECT_EQ(accounts_from(accounts_json({found})).at(0).left_out, left_out_of_bench(plan));
  EXPECT_TRUE(left_out_of_bench(plan_of()).empty());
}

}  // namespace
}  // namespace trainwreck::testing
