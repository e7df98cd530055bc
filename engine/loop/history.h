#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/logs.h"

namespace trainwreck {

// Epochs and the values each metric had at their ends, as Keras keeps them: lists that grow apart
// where a metric is missing from an epoch.
class History {
 public:
  struct Series {
    std::string name;
    std::vector<double> values;
    std::vector<std::int64_t> epochs;  // of each value
  };

  void add(std::int64_t epoch, const Logs& logs);
  // For whoever reads a saved history; a new name goes to the end.
  void add_epoch(std::int64_t epoch) { epochs_.push_back(epoch); }
  void add_value(std::string_view name, std::int64_t epoch, double value);
  void clear_epochs() { epochs_.clear(); }
  void clear();
  // Drops everything from this epoch on: what a resumed run will compute again.
  void truncate(std::int64_t epoch);

  const std::vector<std::int64_t>& epochs() const { return epochs_; }
  const std::vector<Series>& series() const { return series_; }
  // Empty when there is none.
  const std::vector<double>& values(std::string_view name) const;
  // Bit by bit: a NaN equals itself.
  friend bool operator==(const History& a, const History& b);

 private:
  std::vector<std::int64_t> epochs_;
  std::vector<Series> series_;
};

}  // namespace trainwreck
