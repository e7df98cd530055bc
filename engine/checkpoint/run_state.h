#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace trainwreck {

// Where a run stands: what is already done. The next batch to train is {epoch, batch}.
struct Position {
  std::int64_t epoch = 0;
  std::int64_t batch = 0;  // within the epoch
  std::int64_t step = 0;   // committed steps of this run, those before a restart included
  // Of the epoch so far; filled by Session::capture() alone.
  std::vector<double> running_metrics = {};
};

// What a callback wants to find again after a restart.
struct CallbackState {
  std::map<std::string, double> numbers;
  std::map<std::string, std::string> texts;
  std::map<std::string, std::vector<float>> tensors;
};

}  // namespace trainwreck
