#include "engine/seams/seams.h"

#include <gtest/gtest.h>

#include "engine/seams/clock.h"
#include "engine/seams/executor.h"
#include "engine/seams/file_system.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/signals.h"
#include "engine/seams/trace.h"

namespace trainwreck {
namespace {

TEST(RealWorld, HoldsTheRealThings) {
  RealWorld world;
  const Seams seams = world.seams();
  EXPECT_TRUE(seams.files.is_directory("/"));
  seams.memory.reserve(MemoryPurpose::batch, std::int64_t{1} << 60);
  seams.memory.release(MemoryPurpose::batch, std::int64_t{1} << 60);
  EXPECT_EQ(seams.signals.poll(), std::nullopt);
  EXPECT_EQ(seams.trace, nullptr);
  bool ran = false;
  seams.executor.exclusively([&] { ran = true; });
  EXPECT_TRUE(ran);
}

TEST(RealClock, GoesForwardInThisCentury) {
  const auto clock = real_clock();
  const auto before = clock->now();
  EXPECT_GE(clock->now(), before);
  EXPECT_GT(clock->unix_seconds(), 1.7e9);
  EXPECT_LT(clock->unix_seconds(), 4.2e9);
}

TEST(TraceKind, NamesAreThoseOfTheEnumerators) {
  EXPECT_EQ(name_of(TraceKind::run_begin), "run_begin");
  EXPECT_EQ(name_of(TraceKind::watchdog), "watchdog");
  EXPECT_EQ(name_of(TraceKind::deferred_begin), "deferred_begin");
  EXPECT_EQ(name_of(TraceKind::deferred_end), "deferred_end");
}

}  // namespace
}  // namespace trainwreck
