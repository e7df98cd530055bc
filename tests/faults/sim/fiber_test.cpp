#include "faults/sim/fiber.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cfenv>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "faults/inject/strand.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;

TEST(FibersOfAThread, GoOnWhereTheyWereLeft) {
  Fiber home;
  std::vector<std::string> said;
  Fiber* me = nullptr;
  Fiber other([&]() -> Fiber& {
    for (int i = 0; i < 2; ++i) {
      said.push_back("other " + std::to_string(i));
      me->switch_to(home);
    }
    said.emplace_back("the end");
    return home;
  });
  me = &other;
  for (int i = 0; i < 3; ++i) {
    said.push_back("home " + std::to_string(i));
    home.switch_to(other);
  }
  EXPECT_THAT(said, ElementsAre("home 0", "other 0", "home 1", "other 1", "home 2", "the end"));
}

TEST(FibersOfAThread, NobodyNeedsToBegin) {
  const Fiber never([]() -> Fiber& { throw std::logic_error("nobody comes"); });
}

TEST(FibersOfAThread, FollowEachOtherByTheThousand) {
  Fiber home;
  int ended = 0;
  for (int i = 0; i < 10'000; ++i) {
    Fiber fiber([&]() -> Fiber& {
      ++ended;
      return home;
    });
    home.switch_to(fiber);
  }
  EXPECT_EQ(ended, 10'000);
}

std::string current_text() {
  const std::exception_ptr current = std::current_exception();
  if (!current) return "none";
  try {
    std::rethrow_exception(current);
  } catch (const std::exception& error) {
    return error.what();
  }
}

// Switches in the middle of a stack that is being unwound.
struct SwitchOnTheWay {
  Fiber& from;
  Fiber& to;
  std::vector<int>& uncaught;
  ~SwitchOnTheWay() {
    uncaught.push_back(std::uncaught_exceptions());
    from.switch_to(to);
    uncaught.push_back(std::uncaught_exceptions());
  }
};

TEST(FibersOfAThread, HaveEachTheirOwnExceptionsInFlight) {
  Fiber home;
  std::vector<int> uncaught;
  std::vector<std::string> caught;
  std::unique_ptr<Fiber> unwinds;
  std::unique_ptr<Fiber> catches;
  unwinds = std::make_unique<Fiber>([&]() -> Fiber& {
    try {
      const SwitchOnTheWay guard{*unwinds, *catches, uncaught};
      throw std::runtime_error("unwinding");
    } catch (const std::runtime_error&) {
      caught.push_back(current_text());
    }
    return home;
  });
  catches = std::make_unique<Fiber>([&]() -> Fiber& {
    caught.push_back(current_text());
    try {
      throw std::runtime_error("caught");
    } catch (const std::runtime_error&) {
      uncaught.push_back(std::uncaught_exceptions());
      catches->switch_to(home);
      caught.push_back(current_text());
    }
    caught.push_back(current_text());
    return *unwinds;
  });
  try {
    throw std::runtime_error("at home");
  } catch (const std::runtime_error&) {
    home.switch_to(*unwinds);
    EXPECT_EQ(current_text(), "at home");
    home.switch_to(*catches);
    EXPECT_EQ(current_text(), "at home");
  }
  EXPECT_EQ(current_text(), "none");
  EXPECT_THAT(uncaught, ElementsAre(1, 0, 1));
  EXPECT_THAT(caught, ElementsAre("none", "caught", "none", "unwinding"));
}

// Touches every page of a stack of that many KiB.
[[gnu::noinline]] int descend(int kibibytes) {
  std::array<volatile char, 1024> frame;
  frame[0] = 1;
  return kibibytes > 1 ? descend(kibibytes - 1) + frame[0] : frame[0];
}

TEST(FibersOfAThread, HaveAsMuchStackAsAThread) {
  Fiber home;
  int depth = 0;
  Fiber deep([&]() -> Fiber& {
    depth = descend(4000);  // of 8 MiB, since a sanitizer's frames are larger
    return home;
  });
  home.switch_to(deep);
  EXPECT_EQ(depth, 4000);
}

TEST(FibersOfAThread, LiveByTheThousand) {
  Fiber home;
  std::vector<std::unique_ptr<Fiber>> fibers;
  std::size_t ended = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    fibers.push_back(std::make_unique<Fiber>([&, i]() -> Fiber& {
      const std::string mine = "a text too long to be kept in place: " + std::to_string(i);
      for (int turn = 0; turn < 3; ++turn) {
        descend(8);
        fibers[i]->switch_to(home);
      }
      if (mine.ends_with(" " + std::to_string(i))) ++ended;
      return home;
    }));
  }
  for (int turn = 0; turn < 4; ++turn) {
    for (const auto& fiber : fibers) home.switch_to(*fiber);
  }
  EXPECT_EQ(ended, fibers.size());
}

TEST(FibersOfAThread, KeepTheirWayOfRounding) {
  Fiber home;
  Fiber* me = nullptr;
  int after = -1;
  Fiber other([&]() -> Fiber& {
    std::fesetround(FE_UPWARD);
    me->switch_to(home);
    after = std::fegetround();
    return home;
  });
  me = &other;
  home.switch_to(other);
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  home.switch_to(other);
  EXPECT_EQ(after, FE_UPWARD);
}

TEST(FibersOfAThread, AreStrandsOfTheirOwn) {
  const Strand thread = this_strand();
  EXPECT_EQ(thread.fiber, nullptr);
  Fiber home;
  std::vector<Strand> strands;
  std::unique_ptr<Fiber> outer;
  outer = std::make_unique<Fiber>([&]() -> Fiber& {
    strands.push_back(this_strand());
    Fiber here;
    Fiber inner([&]() -> Fiber& {
      strands.push_back(this_strand());
      return here;
    });
    here.switch_to(inner);
    strands.push_back(this_strand());
    return home;
  });
  home.switch_to(*outer);
  ASSERT_EQ(strands.size(), 3U);
  EXPECT_EQ(this_strand(), thread);
  EXPECT_NE(strands[0], thread);
  EXPECT_NE(strands[1], strands[0]);
  EXPECT_EQ(strands[2], strands[0]);
  Strand elsewhere = thread;
  std::thread([&] { elsewhere = this_strand(); }).join();
  EXPECT_NE(elsewhere, thread);
}

void run_on_a_fiber(const std::function<void()>& action) {
  Fiber home;
  Fiber fiber([&]() -> Fiber& {
    action();
    return home;
  });
  home.switch_to(fiber);
}

// Takes that much stack in one step and touches its lowest byte alone.
template <std::size_t mebibytes>
[[gnu::noinline]] void stride(const std::function<void()>& then) {
  std::array<char, mebibytes << 20> frame;
  char* lowest = frame.data();
  asm volatile("" : "+r"(lowest) : : "memory");  // nobody may take the frame for unused
  *static_cast<volatile char*>(lowest) = 1;
  then();
  asm volatile("" : : "r"(lowest) : "memory");
}

TEST(FibersOfAThreadDeathTest, CrashWhereTheirStackEnds) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(run_on_a_fiber([] { descend(1 << 20); }), "");
  EXPECT_DEATH(run_on_a_fiber([] { stride<6>([] { stride<3>([] {}); }); }), "");
}

TEST(FibersOfAThread, MayTakeTheirStackInLargeSteps) {
  bool there = false;
  run_on_a_fiber([&] { stride<4>([&] { stride<3>([&] { there = true; }); }); });
  EXPECT_TRUE(there);
}

TEST(FibersOfAThreadDeathTest, LetNoExceptionOut) {
  EXPECT_DEATH(run_on_a_fiber([] { throw std::runtime_error("out"); }), "out");
}

TEST(FibersOfAThreadDeathTest, AreNotDestroyedHalfWay) {
  EXPECT_DEATH(
      {
        Fiber home;
        Fiber* me = nullptr;
        Fiber fiber([&]() -> Fiber& {
          me->switch_to(home);
          return home;
        });
        me = &fiber;
        home.switch_to(fiber);
      },
      "a fiber that has begun ends before it is destroyed");
}

TEST(FibersOfAThreadDeathTest, StayOnTheirThread) {
  EXPECT_DEATH(
      {
        Fiber home;
        Fiber fiber([&]() -> Fiber& { return home; });
        std::thread([&] {
          Fiber elsewhere;
          elsewhere.switch_to(fiber);
        }).join();
      },
      "a fiber stays on its thread");
}

}  // namespace
}  // namespace trainwreck
