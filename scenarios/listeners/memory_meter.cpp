#include "scenarios/listeners/memory_meter.h"

#include <algorithm>
#include <cstddef>

#include "engine/base/errors.h"
#include "engine/seams/tracer.h"
#include "faults/inject/injector.h"

namespace trainwreck {

void MemoryMeter::reserve(MemoryPurpose purpose, std::int64_t bytes) {
  try {
    memory_.reserve(purpose, bytes);
  } catch (const OutOfMemory&) {
    tell(traced::Reserving::refused, purpose, bytes);
    throw;
  }
  std::int64_t& peak = peaks_[static_cast<std::size_t>(purpose)];
  peak = std::max(peak, memory_.in_use(purpose));
  tell(traced::Reserving::reserve, purpose, bytes);
}

void MemoryMeter::release(MemoryPurpose purpose, std::int64_t bytes) noexcept {
  memory_.release(purpose, bytes);
  tell(traced::Reserving::release, purpose, bytes);
}

std::map<std::string, std::int64_t> MemoryMeter::peaks() const {
  std::map<std::string, std::int64_t> peaks;
  for (std::size_t i = 0; i < kMemoryPurposes; ++i) {
    peaks[std::string(name_of(static_cast<MemoryPurpose>(i)))] = peaks_[i];
  }
  return peaks;
}

void MemoryMeter::tell(traced::Reserving action, MemoryPurpose purpose, std::int64_t bytes) {
  if (!tells_) return;
  Tracer(&injector_)
      .memory({.action = action,
               .purpose = name_of(purpose),
               .bytes = bytes,
               .epoch = injector_.now().epoch,
               .batch = injector_.now().batch});
}

}  // namespace trainwreck
