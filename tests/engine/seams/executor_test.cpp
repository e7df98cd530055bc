#include "engine/seams/executor.h"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <vector>

namespace trainwreck {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

const auto kNothing = [] {};

TEST(Executor, RunsWhatItSpawns) {
  const auto executor = thread_executor();
  int done = 0;
  const auto first = executor->spawn("first", [&] { executor->exclusively([&] { ++done; }); });
  const auto second = executor->spawn("a name that is longer than threads may have",
                                      [&] { executor->exclusively([&] { ++done; }); });
  EXPECT_NE(first, second);
  executor->join(second);
  executor->join(first);
  EXPECT_EQ(done, 2);
}

TEST(Executor, KeepsTasksApartInsideTheMonitor) {
  const auto executor = thread_executor();
  int count = 0;
  std::vector<Executor::TaskId> tasks;
  for (int task = 0; task < 4; ++task) {
    tasks.push_back(executor->spawn("adder", [&] {
      for (int i = 0; i < 1000; ++i) executor->exclusively([&] { ++count; });
    }));
  }
  for (const auto task : tasks) executor->join(task);
  EXPECT_EQ(count, 4000);
}

// Method: a queue with room for two, two producers and one consumer; every wait has both sides.
TEST(Executor, WaitsUntilTheOthersAreReady) {
  const auto executor = thread_executor();
  std::deque<int> queue;
  const auto produce = [&](int start) {
    for (int i = 0; i < 200; ++i) {
      executor->wait([&] { return queue.size() < 2; }, [&] { queue.push_back(start + i); },
                     std::nullopt);
      executor->notify();
    }
  };
  const auto odd = executor->spawn("odd", [&] { produce(1000); });
  const auto even = executor->spawn("even", [&] { produce(2000); });
  int taken = 0;
  std::int64_t sum = 0;
  while (taken < 400) {
    executor->wait([&] { return !queue.empty(); },
                   [&] {
                     sum += queue.front();
                     queue.pop_front();
                   },
                   std::nullopt);
    executor->notify();
    ++taken;
  }
  executor->join(odd);
  executor->join(even);
  EXPECT_EQ(sum, 200 * 3000 + 2 * (199 * 200 / 2));
}

TEST(Executor, AWaitThatIsReadyNeverTimesOut) {
  const auto executor = thread_executor();
  for (const nanoseconds deadline : {nanoseconds::min(), nanoseconds(-1), nanoseconds(0)}) {
    bool acted = false;
    EXPECT_TRUE(executor->wait([] { return true; }, [&] { acted = true; }, deadline));
    EXPECT_TRUE(acted);
  }
}

TEST(Executor, ADeadlineEndsTheWaitWithoutTheAction) {
  const auto executor = thread_executor();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(executor->wait([] { return false; }, [] { FAIL(); }, milliseconds(5)));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(5));
}

TEST(Executor, TheLongestDeadlineIsNotInThePast) {
  const auto executor = thread_executor();
  bool ready = false;
  const auto task = executor->spawn("helper", [&] {
    executor->exclusively([&] { ready = true; });
    executor->notify();
  });
  EXPECT_TRUE(executor->wait([&] { return ready; }, kNothing, nanoseconds::max()));
  executor->join(task);
}

TEST(Executor, SleepsAtLeastAsLongAsAsked) {
  const auto executor = thread_executor();
  const auto begin = std::chrono::steady_clock::now();
  executor->sleep(milliseconds(2));
  executor->sleep(nanoseconds(-5));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(2));
}

TEST(ExecutorDeathTest, EveryTaskIsJoinedExactlyOnce) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(thread_executor()->join(1), "a task is joined exactly once");
  EXPECT_DEATH(
      {
        const auto executor = thread_executor();
        executor->spawn("forgotten", kNothing);
      },
      "every spawned task must be joined");
}

}  // namespace
}  // namespace trainwreck
