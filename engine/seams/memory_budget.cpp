#include "engine/seams/memory_budget.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/errors.h"

namespace trainwreck {

std::string_view name_of(MemoryPurpose purpose) {
  switch (purpose) {
    case MemoryPurpose::weights:
      return "weights";
    case MemoryPurpose::batch:
      return "batch";
    case MemoryPurpose::forward:
      return "forward";
    case MemoryPurpose::backward:
      return "backward";
    case MemoryPurpose::apply:
      return "apply";
    case MemoryPurpose::snapshot:
      return "snapshot";
    case MemoryPurpose::save:
      return "save";
    case MemoryPurpose::data:
      return "data";
    case MemoryPurpose::other:
      return "other";
  }
  TRAINWRECK_CHECK(false, "a memory purpose without a name");
}

void CountingBudget::reserve(MemoryPurpose purpose, std::int64_t bytes) {
  TRAINWRECK_CHECK(bytes >= 0, "a reservation cannot be negative");
  if (bytes > limit_ - used_) throw OutOfMemory(name_of(purpose), bytes, limit_ - used_);
  used_ += bytes;
  by_purpose_[static_cast<std::size_t>(purpose)] += bytes;
  peak_ = std::max(peak_, used_);
}

void CountingBudget::release(MemoryPurpose purpose, std::int64_t bytes) noexcept {
  std::int64_t& held = by_purpose_[static_cast<std::size_t>(purpose)];
  TRAINWRECK_CHECK(bytes >= 0 && bytes <= held, "released more than was reserved");
  held -= bytes;
  used_ -= bytes;
}

std::int64_t CountingBudget::in_use(MemoryPurpose purpose) const {
  return by_purpose_[static_cast<std::size_t>(purpose)];
}

}  // namespace trainwreck
