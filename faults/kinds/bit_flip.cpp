#include "trainwreck/fault.h"
#include "trainwreck/model.h"

namespace trainwreck::faults {
namespace {

// Empty where the optimizer has none.
std::span<float> one_slot(Model& model, const Random& random) {
  const std::vector<OptimizerSlot> slots = model.optimizer().slots();
  if (slots.empty()) return {};
  constexpr std::uint64_t kDraw = 1'000'000;  // apart from those that choose the bits
  return slots[random.below(kDraw, slots.size())].values;
}

std::unique_ptr<Fault> make_bit_flip(Params& params, const BuildContext&) {
  const std::int64_t bits = params.integer("bits", 1, "how many", {.low = 1});
  const auto which = params.maybe_integer("bit", "which of the 32, 31 is the sign; absent: any",
                                          {.low = 0, .high = 31});
  const bool slots = params.flag("slots", false, "at step.apply: in the optimizer's slots");
  const std::vector<Site> sites =
      slots ? std::vector<Site>{Site::step_apply} : sites_of<ComputeOperation>();
  return bend<ComputeOperation>(
      sites, When::after, [bits, which, slots](ComputeOperation& operation, const Strike& strike) {
        flip_bits(slots ? one_slot(*operation.model, strike.random) : operation.values, bits, which,
                  strike.random);
      });
}

}  // namespace

FaultEntry bit_flip() {
  return {"bit_flip",
          "bits change: in activations (step.forward), gradients (step.loss, step.backward), "
          "weights or optimizer slots (step.apply)",
          &make_bit_flip};
}

}  // namespace trainwreck::faults
