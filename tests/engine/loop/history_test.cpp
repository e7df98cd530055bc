#include "engine/loop/history.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

namespace trainwreck {
namespace {

Logs logs_of(std::initializer_list<std::pair<const char*, double>> items) {
  Logs logs;
  for (const auto& [name, value] : items) logs.set(name, value);
  return logs;
}

using Values = std::vector<double>;
using Epochs = std::vector<std::int64_t>;

TEST(History, ListsGrowApartWhereAMetricIsMissing) {
  History history;
  history.add(0, logs_of({{"loss", 1.0}}));
  history.add(1, logs_of({{"loss", 0.5}, {"val_loss", 0.7}}));
  history.add(2, {});
  EXPECT_EQ(history.epochs(), (Epochs{0, 1, 2}));
  EXPECT_EQ(history.values("loss"), (Values{1.0, 0.5}));
  EXPECT_EQ(history.values("val_loss"), (Values{0.7}));
  EXPECT_EQ(history.series()[1].epochs, (Epochs{1}));
  EXPECT_EQ(history.values("mae"), Values{});
}

TEST(History, TruncatingDropsTheEpochFromEveryListThatHasIt) {
  History history;
  history.add(0, logs_of({{"loss", 1.0}}));
  History kept = history;
  history.add(1, logs_of({{"loss", 0.5}, {"val_loss", 0.7}}));
  history.add(2, logs_of({{"loss", 0.4}}));
  history.truncate(1);
  EXPECT_EQ(history, kept);
}

TEST(History, TruncatingCutsTheLatestFitAlone) {
  History history;
  for (const std::int64_t epoch : {0, 1, 0, 1}) history.add(epoch, logs_of({{"loss", 1.0}}));
  history.truncate(1);
  EXPECT_EQ(history.epochs(), (Epochs{0, 1, 0}));
  EXPECT_EQ(history.values("loss").size(), 3U);
}

TEST(History, ForgettingTheEpochsKeepsTheValues) {
  History history;
  history.add(0, logs_of({{"loss", 1.0}}));
  history.clear_epochs();
  EXPECT_EQ(history.epochs(), Epochs{});
  EXPECT_EQ(history.values("loss"), Values{1.0});
  history.clear();
  EXPECT_EQ(history, History{});
}

TEST(History, IsEqualWhenTheBitsAre) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto with = [](double value) {
    History history;
    history.add(0, logs_of({{"loss", value}}));
    return history;
  };
  EXPECT_EQ(with(nan), with(nan));
  EXPECT_FALSE(with(nan) == with(-nan));
  EXPECT_FALSE(with(0.0) == with(-0.0));
  EXPECT_FALSE(with(1.0) == History{});
  History other;
  other.add(1, logs_of({{"loss", 1.0}}));
  EXPECT_FALSE(with(1.0) == other);
}

}  // namespace
}  // namespace trainwreck
