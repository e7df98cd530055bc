#include "faults/sim/sim_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "faults/sim/sim_clock.h"

namespace trainwreck {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

constexpr auto kNothing = [] {};

// Three tasks that each write their letter three times.
std::string interleaving(std::uint64_t seed) {
  SimClock clock;
  SimExecutor executor(clock, seed);
  std::string text;
  std::vector<Executor::TaskId> tasks;
  for (const char letter : {'a', 'b', 'c'}) {
    tasks.push_back(executor.spawn(std::string(1, letter), [&executor, &text, letter] {
      for (int i = 0; i < 3; ++i) executor.exclusively([&] { text += letter; });
    }));
  }
  for (const Executor::TaskId task : tasks) executor.join(task);
  return text;
}

TEST(SimExecutor, TheSeedDecidesTheOrder) {
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::string order = interleaving(seed);
    EXPECT_EQ(order.size(), 9U);
    EXPECT_EQ(order, interleaving(seed));
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 15U);
}

TEST(SimExecutor, APredicateIsWaitedFor) {
  SimClock clock;
  SimExecutor executor(clock, 1);
  bool told = false;
  bool seen = false;
  const auto task = executor.spawn(
      "listener", [&] { executor.wait([&] { return told; }, [&] { seen = true; }, std::nullopt); });
  EXPECT_FALSE(seen);
  executor.exclusively([&] { told = true; });
  executor.join(task);
  EXPECT_TRUE(seen);
  EXPECT_EQ(clock.now(), seconds(0));
}

TEST(SimExecutor, TimeJumpsToTheNextDeadlineWhenNobodyCanGoOn) {
  SimClock clock;
  SimExecutor executor(clock, 1);
  std::vector<std::string> woken;
  const auto sleeper = [&](const std::string& name, int time) {
    return executor.spawn(name, [&executor, &woken, &clock, name, time] {
      executor.sleep(seconds(time));
      woken.push_back(name + std::to_string(clock.now() / seconds(1)));
    });
  };
  const auto late = sleeper("late", 30);
  const auto early = sleeper("early", 10);
  EXPECT_FALSE(executor.wait([] { return false; }, kNothing, seconds(20)));
  EXPECT_EQ(clock.now(), seconds(20));
  executor.join(late);
  executor.join(early);
  EXPECT_THAT(woken, ElementsAre("early10", "late30"));
}

TEST(SimExecutor, ADeadlineThatIsFarAwayIsNoProblem) {
  SimClock clock;
  SimExecutor executor(clock, 1);
  EXPECT_FALSE(executor.wait([] { return false; }, kNothing, std::chrono::nanoseconds::max()));
}

std::string deadlock_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Deadlock& deadlock) {
    EXPECT_EQ(error_name(deadlock), "Timeout");
    return deadlock.what();
  }
  return "none";
}

TEST(SimExecutor, ADeadlockNamesItsWaiters) {
  SimClock clock;
  SimExecutor executor(clock, 1);
  bool unwound = false;
  const auto stuck = executor.spawn("worker", [&] {
    struct Guard {
      bool& flag;
      ~Guard() { flag = true; }
    } guard{unwound};
    executor.wait([] { return false; }, kNothing, std::nullopt);
  });
  const auto done = executor.spawn("quick", kNothing);
  const std::string text =
      deadlock_of([&] { executor.wait([] { return false; }, kNothing, std::nullopt); });
  EXPECT_EQ(text, "deadlock: everybody waits and no deadline is left: the loop, worker");
  EXPECT_TRUE(unwound) << "tasks have ended before the loop hears of it";
  EXPECT_EQ(executor.tasks(), 2);
  executor.join(stuck);
  executor.join(done);
  EXPECT_EQ(executor.tasks(), 0);
}

TEST(SimExecutor, ALoopThatWaitsForAStuckTaskIsADeadlockToo) {
  SimClock clock;
  SimExecutor executor(clock, 1);
  const auto stuck = executor.spawn(
      "worker", [&] { executor.wait([] { return false; }, kNothing, std::nullopt); });
  EXPECT_EQ(deadlock_of([&] { executor.join(stuck); }),
            "deadlock: everybody waits and no deadline is left: the loop, worker");
  const auto fresh = executor.spawn("fresh", kNothing);
  executor.join(fresh);
}

TEST(SimExecutor, NobodyNeedsToJoinWhatItEnds) {
  SimClock clock;
  bool began = false;
  bool unwound = false;
  {
    SimExecutor executor(clock, 1);
    executor.spawn("worker", [&] {
      began = true;
      try {
        executor.wait([] { return false; }, kNothing, std::nullopt);
      } catch (...) {
        unwound = true;
        throw;
      }
    });
    while (!began) executor.notify();
  }
  EXPECT_TRUE(unwound);
}

TEST(SimExecutor, ATaskMaySpawnAndJoinOthers) {
  SimClock clock;
  SimExecutor executor(clock, 3);
  int sum = 0;
  const auto outer = executor.spawn("outer", [&] {
    const auto inner = executor.spawn("inner", [&] { sum += 1; });
    executor.join(inner);
    sum *= 10;
  });
  executor.join(outer);
  EXPECT_EQ(sum, 10);
}

}  // namespace
}  // namespace trainwreck
