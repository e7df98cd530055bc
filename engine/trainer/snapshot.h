#pragma once

#include <cstdint>
#include <vector>

#include "trainwreck/optimizer.h"

namespace trainwreck {

class Model;

// A built model's weights and its optimizer's slots and count, to be put back should a step that
// cannot promise anything fail half-way. Keeps its buffer.
class Snapshot {
 public:
  // Looks at what there is to copy and returns its bytes; take() copies it.
  std::int64_t plan(Model& model);
  void take(Model& model);
  void put_back(Model& model);

 private:
  std::vector<OptimizerSlot> slots_;
  std::vector<float> values_;
  std::int64_t iterations_ = 0;
};

}  // namespace trainwreck
