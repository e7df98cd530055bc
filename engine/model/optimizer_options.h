#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "trainwreck/entry.h"
#include "trainwreck/optimizer.h"

// What the optimizers share: reading their common options, and walking over the flat buffers.
namespace trainwreck {

struct LearningRate {
  float rate = 0.0F;
  std::unique_ptr<Schedule> schedule = nullptr;  // null: the rate is a number
};

// "learning_rate": a number, or a schedule.
LearningRate read_learning_rate(Params& params, float fallback, const BuildContext& context);
// "clipnorm", "global_clipnorm", "clipvalue": at most one.
Clipping read_clipping(Params& params);
// A coefficient in [0, 1].
double read_decay(Params& params, std::string_view key, double fallback, std::string_view help);
float read_epsilon(Params& params);

// Throws ValueError when more than one is given or one is not positive.
void check_clipping(const Clipping& clipping);

// Calls `update(start, count)` for short runs one after the other, so that several array
// expressions over the same run find it in the fastest cache: one pass over memory for all of them.
template <class Update>
void in_runs(std::size_t size, const Update& update) {
  constexpr std::size_t kRun = 512;
  for (std::size_t start = 0; start < size; start += kRun) {
    update(start, static_cast<std::int64_t>(size - start < kRun ? size - start : kRun));
  }
}

}  // namespace trainwreck
