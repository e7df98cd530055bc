#include "faults/sim/sim_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <exception>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "faults/inject/strand.h"
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

TEST(SimExecutor, TheOrderOfASeedStaysAsItIs) {
  EXPECT_EQ(interleaving(0), "aaabcccbb");
  EXPECT_EQ(interleaving(1), "aabbcaccb");
  EXPECT_EQ(interleaving(2), "abababccc");
}

TEST(SimExecutor, AThousandTasksTakeTurns) {
  SimClock clock;
  SimExecutor executor(clock, 1);
  std::vector<Executor::TaskId> tasks;
  std::set<Strand> strands = {this_strand()};
  int turns = 0;
  bool open = false;
  for (int i = 0; i < 1000; ++i) {
    tasks.push_back(executor.spawn("task", [&] {
      executor.wait([&] { return open; }, kNothing, std::nullopt);
      strands.insert(this_strand());
      for (int turn = 0; turn < 3; ++turn) executor.exclusively([&] { ++turns; });
    }));
  }
  executor.exclusively([&] { open = true; });
  for (const Executor::TaskId task : tasks) executor.join(task);
  EXPECT_EQ(turns, 3000);
  EXPECT_EQ(executor.tasks(), 0);
  EXPECT_GT(strands.size(), 1U) << "tasks can be told from the loop";
}

// Waits in the middle of a stack that is being unwound.
struct WaitOnTheWay {
  Executor& executor;
  std::set<int>& uncaught;
  ~WaitOnTheWay() {
    for (int i = 0; i < 5; ++i) {
      uncaught.insert(std::uncaught_exceptions());
      executor.notify();
      uncaught.insert(std::uncaught_exceptions());
    }
  }
};

std::string caught_text() {
  try {
    std::rethrow_exception(std::current_exception());
  } catch (const std::exception& error) {
    return error.what();
  }
}

TEST(SimExecutor, EachTaskHasItsOwnExceptionsInFlight) {
  SimClock clock;
  SimExecutor executor(clock, 7);
  std::set<int> uncaught;
  int right = 0;
  std::vector<Executor::TaskId> tasks;
  for (int i = 0; i < 20; ++i) {
    tasks.push_back(executor.spawn("task", [&, mine = std::to_string(i)] {
      EXPECT_EQ(std::current_exception(), nullptr);
      try {
        const WaitOnTheWay guard{executor, uncaught};
        throw std::runtime_error(mine);
      } catch (const std::runtime_error&) {
        EXPECT_EQ(std::uncaught_exceptions(), 0);
        executor.sleep(seconds(1));
        if (caught_text() == mine) ++right;
      }
      EXPECT_EQ(std::current_exception(), nullptr);
    }));
  }
  try {
    throw std::runtime_error("the loop");
  } catch (const std::runtime_error&) {
    for (const Executor::TaskId task : tasks) executor.join(task);
    EXPECT_EQ(caught_text(), "the loop");
  }
  EXPECT_EQ(uncaught, std::set<int>{1});
  EXPECT_EQ(right, 20);
}

TEST(SimExecutor, ATaskHasRoomForTheLargestProduct) {
  SimClock clock;
  SimExecutor executor(clock, 1);
  int touched = 0;
  executor.join(executor.spawn("product", [&] {
    std::array<volatile char, 4 << 20> scratch;
    for (std::size_t at = 0; at < scratch.size(); at += 4096) scratch[at] = 1;
    executor.notify();
    for (std::size_t at = 0; at < scratch.size(); at += 4096) touched += scratch[at];
  }));
  EXPECT_EQ(touched, 1024);
}

TEST(SimExecutor, EveryTaskIsUnwoundWhileAnErrorPasses) {
  SimClock clock;
  int unwound = 0;
  try {
    SimExecutor executor(clock, 1);
    for (int i = 0; i < 100; ++i) {
      executor.spawn("worker", [&] {
        struct Guard {
          int& count;
          ~Guard() { ++count; }
        } guard{unwound};
        try {
          throw std::runtime_error("waits in a catch block");
        } catch (const std::runtime_error&) {
          executor.wait([] { return false; }, kNothing, std::nullopt);
        }
      });
    }
    for (int i = 0; i < 1000; ++i) executor.notify();
    throw std::runtime_error("the loop fails");
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the loop fails");
  }
  EXPECT_GT(unwound, 0);
  EXPECT_EQ(std::uncaught_exceptions(), 0);
}

TEST(SimExecutorDeathTest, ATaskLetsNoExceptionOut) {
  EXPECT_DEATH(
      {
        SimClock clock;
        SimExecutor executor(clock, 1);
        executor.join(executor.spawn("careless", [] { throw std::runtime_error("out"); }));
      },
      "out");
}

}  // namespace
}  // namespace trainwreck
