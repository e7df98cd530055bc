#include "faults/sim/shared_trace.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace trainwreck {
namespace {

using std::chrono::nanoseconds;

TEST(SharedTrace, GivesBackEveryFieldOfALine) {
  SharedTrace trace;
  trace.append(nanoseconds(42), 1, 2,
               {.kind = TraceKind::fetch_end,
                .epoch = 3,
                .batch = 4,
                .step = 5,
                .number = 6,
                .value = 0.5,
                .what = "fetch",
                .who = "ds",
                .detail = "ok"});
  trace.append(nanoseconds(43), 1, 2, {.kind = TraceKind::warning, .what = "fetch"});
  const Trace back = trace.harvest();
  ASSERT_EQ(back.lines.size(), 2U);
  const TraceLine& line = back.lines[0];
  EXPECT_EQ(line.time_ns, 42);
  EXPECT_EQ(line.run, 1);
  EXPECT_EQ(line.fit, 2);
  EXPECT_EQ(line.event.kind, TraceKind::fetch_end);
  EXPECT_EQ(line.event.epoch, 3);
  EXPECT_EQ(line.event.batch, 4);
  EXPECT_EQ(line.event.step, 5);
  EXPECT_EQ(line.event.number, 6);
  EXPECT_EQ(line.event.value, 0.5);
  EXPECT_EQ(line.event.what, "fetch");
  EXPECT_EQ(line.event.who, "ds");
  EXPECT_EQ(line.event.detail, "ok");
  EXPECT_EQ(back.lines[1].seq, 1);
  EXPECT_EQ(back.lines[1].event.what, "fetch");
  EXPECT_EQ(back.lines[1].event.who, "");
}

TEST(SharedTrace, OutlivesTheProcessThatWroteIt) {
  SharedTrace trace;
  const pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 100; ++i) {
      trace.append(nanoseconds(i), 0, 0, {.what = "line", .who = std::to_string(i)});
    }
    raise(SIGKILL);
  }
  waitpid(child, nullptr, 0);
  const Trace back = trace.harvest();
  ASSERT_EQ(back.lines.size(), 100U);
  EXPECT_EQ(back.lines[99].event.who, "99");
  EXPECT_EQ(trace.lost(), 0U);
}

TEST(SharedTrace, CountsWhatFindsNoRoomAndStaysWhole) {
  SharedTrace trace;
  const std::string big(5 << 20, 'x');
  for (const char c : {'a', 'b', 'c', 'd'}) {
    trace.append(nanoseconds(0), 0, 0, {.what = big + c, .who = "me"});
  }
  EXPECT_EQ(trace.lost(), 1U) << "three of these texts fit";
  const Trace back = trace.harvest();
  ASSERT_EQ(back.lines.size(), 4U);
  EXPECT_EQ(back.lines[2].event.what, big + 'c');
  EXPECT_EQ(back.lines[3].event.what, "");
  EXPECT_EQ(back.lines[3].event.who, "me");
}

TEST(SharedTrace, KeepsTheLastOfMoreThanThereIsRoomFor) {
  SharedTrace trace;
  constexpr std::int64_t kMany = (1 << 18) + 1000;
  for (std::int64_t i = 0; i < kMany; ++i) trace.append(nanoseconds(i), 0, 0, {.batch = i});
  EXPECT_EQ(trace.lost(), 1000U);
  const Trace back = trace.harvest();
  EXPECT_EQ(back.lines.at((1 << 18) - 1).seq, (1 << 18) - 1);
  EXPECT_EQ(back.lines.at(1 << 18).seq, kMany - 63);
  EXPECT_EQ(back.lines.back().event.batch, kMany - 1);
  trace.forget();
  trace.append(nanoseconds(7), 0, 0, {.what = "anew"});
  ASSERT_EQ(trace.harvest().lines.size(), 1U);
  EXPECT_EQ(trace.harvest().lines[0].time_ns, 7);
}

}  // namespace
}  // namespace trainwreck
