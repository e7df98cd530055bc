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

void add_digest(Model* model, TraceLine& line, Trace& trace) {
  const bool of_step =
      line.event.kind == TraceKind::step_begin || line.event.kind == TraceKind::step_end;
  if (!of_step || model == nullptr || !model->built()) return;
  line.digest = digest_of(*model);
  if (!all_finite(model->parameters().values())) line.event.what = trace.keep("not finite");
}

}  // namespace trainwreck
