#pragma once

#include <span>
#include <vector>

namespace trainwreck {

// A weighted mean over everything since reset, added up in double.
class RunningMean {
 public:
  void add(double value, double weight) {
    total_ += weight * value;
    weight_ += weight;
  }
  void reset() { total_ = weight_ = 0.0; }
  double result() const { return weight_ == 0.0 ? 0.0 : total_ / weight_; }
  std::vector<double> state() const { return {total_, weight_}; }
  void restore(std::span<const double> state) {
    total_ = state[0];
    weight_ = state[1];
  }

 private:
  double total_ = 0.0;
  double weight_ = 0.0;
};

}  // namespace trainwreck
