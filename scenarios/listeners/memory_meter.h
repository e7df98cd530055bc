#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/seams/memory_budget.h"
#include "engine/seams/traced.h"

namespace trainwreck {

class Injector;

// What was reserved at most for each purpose; and, if it is to tell, every reservation.
class MemoryMeter final : public MemoryBudget {
 public:
  MemoryMeter(MemoryBudget& memory, Injector& injector, bool tells)
      : memory_(memory), injector_(injector), tells_(tells) {}
  void reserve(MemoryPurpose purpose, std::int64_t bytes) override;
  void release(MemoryPurpose purpose, std::int64_t bytes) noexcept override;
  std::int64_t peak() const override { return memory_.peak(); }
  std::int64_t in_use(MemoryPurpose purpose) const override { return memory_.in_use(purpose); }
  std::map<std::string, std::int64_t> peaks() const;

 private:
  void tell(traced::Reserving action, MemoryPurpose purpose, std::int64_t bytes);

  MemoryBudget& memory_;
  Injector& injector_;
  bool tells_;
  std::int64_t peaks_[kMemoryPurposes] = {};
};

}  // namespace trainwreck
