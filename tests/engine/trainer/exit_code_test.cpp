#include "engine/trainer/exit_code.h"

#include <gtest/gtest.h>

#include <csignal>

namespace trainwreck {
namespace {

TEST(ExitCode, TellsEveryWayInWhichARunEnds) {
  EXPECT_EQ(exit_code_of(Status::completed, "", 0), 0);
  EXPECT_EQ(exit_code_of(Status::stopped, "", 0), 0);
  EXPECT_EQ(exit_code_of(Status::failed, "ShapeError", 0), 1);
  EXPECT_EQ(exit_code_of(Status::exhausted, "", 0), 4);
  EXPECT_EQ(exit_code_of(Status::failed, "Timeout", 0), 124);
  EXPECT_EQ(exit_code_of(Status::interrupted, "Interrupted", SIGINT), 130);
  EXPECT_EQ(exit_code_of(Status::interrupted, "Interrupted", SIGTERM), 143);
}

}  // namespace
}  // namespace trainwreck
