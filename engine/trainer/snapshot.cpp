#include "engine/trainer/snapshot.h"

#include <algorithm>

#include "trainwreck/model.h"

namespace trainwreck {

std::int64_t Snapshot::plan(Model& model) {
  slots_ = model.optimizer().slots();
  std::int64_t floats = model.parameters().size();
  for (const OptimizerSlot& slot : slots_) {
    floats += static_cast<std::int64_t>(slot.values.size());
  }
  return floats * static_cast<std::int64_t>(sizeof(float));
}

void Snapshot::take(Model& model) {
  const auto values = model.parameters().values();
  values_.assign(values.begin(), values.end());
  for (const OptimizerSlot& slot : slots_) {
    values_.insert(values_.end(), slot.values.begin(), slot.values.end());
  }
  iterations_ = model.optimizer().iterations();
}

void Snapshot::put_back(Model& model) {
  const float* from = values_.data();
  const auto refill = [&from](std::span<float> values) {
    std::copy_n(from, values.size(), values.begin());
    from += values.size();
  };
  refill(model.parameters().values());
  for (const OptimizerSlot& slot : model.optimizer().slots()) refill(slot.values);
  model.optimizer().set_iterations(iterations_);
}

}  // namespace trainwreck
