#include "engine/callbacks/probe.h"

#include <gtest/gtest.h>

namespace trainwreck {
namespace {

TEST(Probe, ListensToEveryHookUnderItsName) {
  const CallbackHandle handle(std::make_shared<Probe>("B"));
  EXPECT_EQ(handle.hooks(), kAllHooks);
  EXPECT_EQ(handle->name(), "B");
}

}  // namespace
}  // namespace trainwreck
