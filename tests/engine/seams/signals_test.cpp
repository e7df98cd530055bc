#include "engine/seams/signals.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

void leave_alone(int) {}

void (*handler_of(int signal_number))(int) {
  struct sigaction now {};
  sigaction(signal_number, nullptr, &now);
  return now.sa_handler;
}

TEST(Signals, ReportEachOnceInOrder) {
  const auto signals = process_signals();
  EXPECT_EQ(signals->poll(), std::nullopt);
  raise(SIGTERM);
  raise(SIGINT);
  raise(SIGINT);
  EXPECT_EQ(signals->poll(), SIGTERM);
  EXPECT_EQ(signals->poll(), SIGINT);
  EXPECT_EQ(signals->poll(), SIGINT);
  EXPECT_EQ(signals->poll(), std::nullopt);
}

TEST(Signals, PutTheOldHandlersBack) {
  const auto before = signal(SIGINT, leave_alone);
  {
    const auto signals = process_signals();
    EXPECT_NE(handler_of(SIGINT), leave_alone);
  }
  EXPECT_EQ(handler_of(SIGINT), leave_alone);
  signal(SIGINT, before);
}

TEST(Signals, AFloodIsCutNotCrashed) {
  const auto signals = process_signals();
  for (int i = 0; i < 1000; ++i) raise(SIGINT);
  int reported = 0;
  while (signals->poll()) ++reported;
  EXPECT_EQ(reported, 64);
  raise(SIGTERM);
  EXPECT_EQ(signals->poll(), SIGTERM);
}

TEST(Signals, TheNextListenerHearsNothingOld) {
  process_signals().reset();
  {
    const auto signals = process_signals();
    raise(SIGINT);
  }
  EXPECT_EQ(process_signals()->poll(), std::nullopt);
}

TEST(Signals, OnlyOneListensAtATime) {
  const auto signals = process_signals();
  EXPECT_THROW(process_signals(), StateError);
  raise(SIGTERM);
  EXPECT_EQ(signals->poll(), SIGTERM);
}

TEST(Signals, NobodyListensByDefault) {
  const auto before = handler_of(SIGINT);
  const auto signals = no_signals();
  EXPECT_EQ(handler_of(SIGINT), before);
  EXPECT_EQ(signals->poll(), std::nullopt);
}

}  // namespace
}  // namespace trainwreck
