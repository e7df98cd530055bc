#include "engine/model/parameters.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace trainwreck {
namespace {

ParameterInfo info(const char* name, const Shape& shape) {
  ParameterInfo info;
  info.name = name;
  info.shape = shape;
  return info;
}

TEST(Parameters, LieOneAfterTheOther) {
  Parameters parameters;
  EXPECT_EQ(parameters.add(info("a", {2, 3})), 0);
  EXPECT_EQ(parameters.add(info("b", {4})), 6);
  EXPECT_EQ(parameters.size(), 10);
  EXPECT_EQ(parameters.bytes(), 40);
  EXPECT_EQ(parameters.gradients().size(), 10U);
  const ParameterInfo* b = parameters.find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->offset, 6);
  EXPECT_EQ(b->size, 4);
  EXPECT_EQ(parameters.values_of(*b).data(), parameters.values().data() + 6);
  EXPECT_EQ(parameters.gradients_of(*b).data(), parameters.gradients().data() + 6);
  EXPECT_EQ(parameters.find("c"), nullptr);
}

TEST(Parameters, StartOnACacheLine) {
  Parameters parameters;
  parameters.add(info("a", {1000}));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(parameters.values().data()) % 64, 0U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(parameters.gradients().data()) % 64, 0U);
}

TEST(Parameters, KeepValuesWhileOthersAreAdded) {
  Parameters parameters;
  parameters.add(info("a", {2}));
  parameters.values()[1] = 5.0F;
  parameters.add(info("b", {1000}));
  EXPECT_EQ(parameters.values()[1], 5.0F);
}

TEST(ParametersDeathTest, TwoOfOneNameAreABug) {
  Parameters parameters;
  parameters.add(info("a", {2}));
  EXPECT_DEATH(parameters.add(info("a", {3})), "two parameters of one name");
}

}  // namespace
}  // namespace trainwreck
