#include "scenarios/listeners/step_witness.h"

#include <span>

#include "engine/formats/crc32c.h"
#include "trainwreck/model.h"

namespace trainwreck {
namespace {

std::uint32_t checksum_of_floats(std::span<const float> values) {
  return crc32c({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

}  // namespace

void StepWitness::record(const TraceEvent& event) {
  next_.record(event);
  const bool committed = event.kind == TraceKind::step_end && event.detail == "committed";
  if (on_ && committed && model_ != nullptr) keep(event);
}

void StepWitness::keep(const TraceEvent& event) {
  const auto values = model_->parameters().values();
  StepTaken step{.call = call_, .iterations = model_->optimizer().iterations()};
  step.checksums.push_back(checksum_of_floats(values));
  for (const OptimizerSlot& slot : model_->optimizer().slots()) {
    step.slots.push_back(slot.name);
    step.checksums.push_back(checksum_of_floats(slot.values));
  }
  step.state.at = at_;
  step.state.at.epoch = event.epoch;
  step.state.at.batch = event.batch;
  if (whole_ == taken_.size()) {
    step.state.weights.assign(values.begin(), values.end());
    for (const OptimizerSlot& slot : model_->optimizer().slots()) {
      step.state.slots.emplace_back(slot.values.begin(), slot.values.end());
    }
  }
  taken_.push_back(std::move(step));
}

}  // namespace trainwreck
