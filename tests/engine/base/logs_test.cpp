#include "engine/base/logs.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

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

TEST(Logs, AreChangedInPlace) {
  Logs logs;
  logs.erase("loss");
  logs.set("loss", 1.0);
  logs.set("mae", 2.0);
  logs.set_value(1, 3.0);
  EXPECT_EQ(logs.find("mae"), 3.0);
  logs.erase("loss");
  EXPECT_EQ(names_of(logs), "mae ");
  logs.clear();
  EXPECT_TRUE(logs.empty());
}

// Method: every way to change lent logs, one after the other, is undone.
TEST(Logs, WhatABorrowerChangesIsUndone) {
  Logs logs;
  logs.set("loss", 1.0);
  logs.set("accuracy", 0.5);
  const std::vector<void (*)(Logs&)> changes = {[](Logs& borrowed) { borrowed.set("loss", 9.0); },
                                                [](Logs& borrowed) { borrowed.set("new", 9.0); },
                                                [](Logs& borrowed) { borrowed.erase("loss"); },
                                                [](Logs& borrowed) { borrowed.clear(); },
                                                [](Logs& borrowed) { borrowed.sort_by_name(); },
                                                [](Logs& borrowed) {
                                                  borrowed.clear();
                                                  borrowed.set("a", 1.0);
                                                  borrowed.set("a", 2.0);
                                                }};
  logs.lend();
  for (const auto change : changes) {
    change(logs);
    logs.undo_changes();
    EXPECT_EQ(names_of(logs), "loss accuracy ");
    EXPECT_EQ(logs.find("loss"), 1.0);
  }
  logs.set("loss", 9.0);
  logs.take_back();
  EXPECT_EQ(logs.find("loss"), 1.0);
}

TEST(Logs, TheOwnersChangesStay) {
  Logs logs;
  logs.lend();
  logs.set("borrowed", 1.0);
  logs.take_back();
  logs.set("loss", 2.0);
  logs.take_back();
  EXPECT_EQ(names_of(logs), "loss ");
}

}  // namespace
}  // namespace trainwreck
