#include "faults/inject/injector.h"
#include "faults/shims/shims.h"

namespace trainwreck {
namespace {

class MemoryShim final : public MemoryBudget {
 public:
  MemoryShim(MemoryBudget& memory, Injector& injector) : memory_(memory), injector_(injector) {}

  void reserve(MemoryPurpose purpose, std::int64_t bytes) override {
    if (!injector_.watches(Site::memory_reserve)) return memory_.reserve(purpose, bytes);
    ReserveOperation operation = about(purpose, bytes);
    const Struck struck = injector_.before(operation);
    memory_.reserve(purpose, bytes);
    try {
      injector_.after(struck, operation);
    } catch (...) {
      memory_.release(purpose, bytes);  // who asked in vain holds nothing
      throw;
    }
  }
  void release(MemoryPurpose purpose, std::int64_t bytes) noexcept override {
    memory_.release(purpose, bytes);
  }
  std::int64_t peak() const override { return memory_.peak(); }
  std::int64_t in_use(MemoryPurpose purpose) const override { return memory_.in_use(purpose); }

 private:
  ReserveOperation about(MemoryPurpose purpose, std::int64_t bytes) const {
    ReserveOperation operation;
    operation.site = Site::memory_reserve;
    operation.detail = name_of(purpose);
    operation.purpose = purpose;
    operation.bytes = bytes;
    for (std::size_t i = 0; i < kMemoryPurposes; ++i) {
      operation.in_use += memory_.in_use(static_cast<MemoryPurpose>(i));
    }
    return operation;
  }

  MemoryBudget& memory_;
  Injector& injector_;
};

}  // namespace

std::unique_ptr<MemoryBudget> wrap(MemoryBudget& memory, Injector& injector) {
  return std::make_unique<MemoryShim>(memory, injector);
}

}  // namespace trainwreck
