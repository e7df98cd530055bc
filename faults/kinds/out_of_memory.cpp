#include <algorithm>

#include "engine/base/errors.h"
#include "faults/inject/limits.h"

namespace trainwreck::faults {
namespace {

// Reservations know how much they want; whatever else runs out of memory wants this much.
constexpr std::int64_t kWanted = 1 << 20;

class Refusal final : public Fault {
 public:
  explicit Refusal(std::optional<std::int64_t> above) : above_(above) {
    if (!above) sites_ = sites_of({"memory", "compute", "data", "callback"});
  }

  std::span<const Site> sites() const override { return sites_; }
  bool wants(const Operation& operation) override {
    const auto* reservation = as<ReserveOperation>(operation);
    return !above_ || reservation == nullptr || reservation->in_use + reservation->bytes > *above_;
  }
  void strike(Operation& operation, const Strike& strike) override {
    if (strike.when == When::after) return;
    const auto* reservation = as<ReserveOperation>(operation);
    if (reservation == nullptr) throw OutOfMemory(name_of(operation.site), kWanted, 0);
    const std::int64_t left = above_ ? std::max<std::int64_t>(0, *above_ - reservation->in_use) : 0;
    if (enforce(strike.world, Limit::memory, left)) return;
    throw OutOfMemory(name_of(reservation->purpose), reservation->bytes, left);
  }

 private:
  std::optional<std::int64_t> above_;
  std::vector<Site> sites_{Site::memory_reserve};
};

std::unique_ptr<Fault> make_out_of_memory(Params& params, const BuildContext&) {
  const auto above = params.maybe_integer(
      "above", "only reservations that would bring what is in use beyond so many bytes",
      {.low = 0});
  return std::make_unique<Refusal>(above);
}

}  // namespace

FaultEntry out_of_memory() {
  return {"out_of_memory", "memory is refused, at a reservation or in the middle of other work",
          &make_out_of_memory};
}

}  // namespace trainwreck::faults
