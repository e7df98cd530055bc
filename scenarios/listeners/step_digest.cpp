#include "scenarios/listeners/step_digest.h"

#include <cstdint>

#include "engine/base/tensor.h"
#include "engine/formats/crc32c.h"
#include "scenarios/listeners/float_checksum.h"
#include "trainwreck/model.h"

namespace trainwreck {
namespace {

std::int64_t digest_of(Model& model) {
  std::uint32_t crc = checksum(model.parameters().values(), 0);
  for (const OptimizerSlot& slot : model.optimizer().slots()) crc = checksum(slot.values, crc);
  const std::int64_t iterations = model.optimizer().iterations();
  return crc32c({reinterpret_cast<const char*>(&iterations), sizeof iterations}, crc);
}

}  // namespace

void add_digest(Model* model, TraceLine& line) {
  auto begin = as<traced::StepBegin>(line);
  auto end = as<traced::StepEnd>(line);
  if (!(begin || end) || model == nullptr || !model->built()) return;
  line.digest = digest_of(*model);
  if (all_finite(model->parameters().values())) return;
  if (begin) begin->weights_finite = false;
  if (end) end->weights_finite = false;
  line.event = begin ? traced::wire_of(*begin) : traced::wire_of(*end);
}

}  // namespace trainwreck
