#include "engine/base/logs.h"

#include <gtest/gtest.h>

#include <thread>
#include <utility>

namespace trainwreck {
namespace {

std::string names_of(const Logs& logs) {
  std::string names;
  for (const Logs::Item& item : logs.items()) names += item.key.name() + " ";
  return names;
}

TEST(LogKey, TheSameNameIsTheSameKey) {
  EXPECT_EQ(LogKey("loss"), LogKey(std::string("lo") + "ss"));
  EXPECT_FALSE(LogKey("loss") == LogKey("val_loss"));
  EXPECT_EQ(LogKey("loss").name(), "loss");
  EXPECT_EQ(LogKey("").name(), "");
}

TEST(LogKey, ThreadsAgreeOnTheirKeys) {
  const auto intern_all = [](std::vector<LogKey>& keys) {
    for (int i = 0; i < 500; ++i) keys.emplace_back("thread_key_" + std::to_string(i));
  };
  std::vector<LogKey> mine;
  std::vector<LogKey> theirs;
  std::thread other([&] { intern_all(theirs); });
  intern_all(mine);
  other.join();
  EXPECT_EQ(mine, theirs);
  EXPECT_EQ(mine[499].name(), "thread_key_499");
}

TEST(Logs, KeepTheOrderInWhichKeysCame) {
  Logs logs;
  logs.set("loss", 1.0);
  logs.set("accuracy", 0.5);
  logs.set("loss", 2.0);
  EXPECT_EQ(names_of(logs), "loss accuracy ");
  EXPECT_EQ(logs.find("loss"), 2.0);
  EXPECT_EQ(logs.find(LogKey("accuracy")), 0.5);
  EXPECT_EQ(logs.find("mae"), std::nullopt);
  EXPECT_EQ(logs.find(LogKey("mae")), std::nullopt);
  EXPECT_TRUE(logs.contains("loss"));
  logs.sort_by_name();
  EXPECT_EQ(names_of(logs), "accuracy loss ");
}

TEST(Logs, EveryChangeMovesTheVersionAndNothingElseDoes) {
  Logs logs;
  std::uint64_t last = logs.version();
  const auto moved = [&] { return std::exchange(last, logs.version()) != logs.version(); };
  logs.clear();
  logs.erase("loss");
  logs.sort_by_name();
  EXPECT_FALSE(moved());
  logs.set("loss", 1.0);
  EXPECT_TRUE(moved());
  logs.set("loss", 1.0);
  EXPECT_TRUE(moved());
  logs.set("accuracy", 1.0);
  EXPECT_TRUE(moved());
  logs.sort_by_name();
  EXPECT_TRUE(moved());
  logs.sort_by_name();
  EXPECT_FALSE(moved());
  logs.erase("accuracy");
  EXPECT_TRUE(moved());
  logs.clear();
  EXPECT_TRUE(moved());
  EXPECT_TRUE(logs.empty());
}

TEST(Logs, AssigningTakesOverValuesAndVersion) {
  Logs ours;
  ours.set("a", 1.0);
  Logs copy;
  copy.assign(ours);
  EXPECT_EQ(copy.version(), ours.version());
  EXPECT_EQ(copy.find("a"), 1.0);
  copy.set("a", 2.0);
  EXPECT_NE(copy.version(), ours.version());
  EXPECT_EQ(ours.find("a"), 1.0);
}

}  // namespace
}  // namespace trainwreck
