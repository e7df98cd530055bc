#include "engine/contract/sample_ledger.h"

#include <utility>

namespace trainwreck {

SampleLedger::Slot& SampleLedger::slot_of(std::int32_t source, std::int64_t sample) {
  const std::size_t mask = slots_.size() - 1;
  const std::uint64_t key = static_cast<std::uint64_t>(sample) ^
                            static_cast<std::uint64_t>(static_cast<std::int64_t>(source)) << 40U;
  std::size_t at = (key * 0x9E3779B97F4A7C15U >> 20U) & mask;
  while (slots_[at].generation == generation_ &&
         (slots_[at].sample != sample || slots_[at].source != source)) {
    at = (at + 1) & mask;
  }
  return slots_[at];
}

void SampleLedger::grow() {
  std::vector<Slot> before(slots_.empty() ? 64 : 2 * slots_.size());
  std::swap(slots_, before);
  for (const Slot& slot : before) {
    if (slot.generation == generation_) slot_of(slot.source, slot.sample) = slot;
  }
}

std::optional<SampleLedger::Place> SampleLedger::note(std::int32_t source, std::int64_t sample,
                                                      const Place& place) {
  if (2 * used_ >= slots_.size()) grow();
  Slot& slot = slot_of(source, sample);
  if (slot.generation == generation_) {
    if (slot.place == place) return std::nullopt;
    return slot.place;
  }
  slot = {.source = source, .sample = sample, .place = place, .generation = generation_};
  ++used_;
  return std::nullopt;
}

}  // namespace trainwreck
