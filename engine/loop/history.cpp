#include "engine/loop/history.h"

#include <algorithm>
#include <bit>

namespace trainwreck {
namespace {

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool same(const History::Series& a, const History::Series& b) {
  return a.name == b.name && a.epochs == b.epochs &&
         std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), same_bits);
}

}  // namespace

void History::add(std::int64_t epoch, const Logs& logs) {
  add_epoch(epoch);
  for (const Logs::Item& item : logs.items()) add_value(item.key.name(), epoch, item.value);
}

void History::add_value(std::string_view name, std::int64_t epoch, double value) {
  auto series = std::find_if(series_.begin(), series_.end(),
                             [&](const Series& known) { return known.name == name; });
  if (series == series_.end()) {
    series = series_.insert(series_.end(), Series{std::string(name), {}, {}});
  }
  series->values.push_back(value);
  series->epochs.push_back(epoch);
}

void History::clear() {
  epochs_.clear();
  series_.clear();
}

void History::truncate(std::int64_t epoch) {
  // From the end: where a history went through several fits, only the latest one is cut.
  while (!epochs_.empty() && epochs_.back() >= epoch) epochs_.pop_back();
  for (Series& series : series_) {
    while (!series.epochs.empty() && series.epochs.back() >= epoch) {
      series.epochs.pop_back();
      series.values.pop_back();
    }
  }
  std::erase_if(series_, [](const Series& series) { return series.values.empty(); });
}

const std::vector<double>& History::values(std::string_view name) const {
  static const std::vector<double> kNone;
  for (const Series& series : series_) {
    if (series.name == name) return series.values;
  }
  return kNone;
}

bool operator==(const History& a, const History& b) {
  return a.epochs_ == b.epochs_ &&
         std::equal(a.series_.begin(), a.series_.end(), b.series_.begin(), b.series_.end(), same);
}

}  // namespace trainwreck
