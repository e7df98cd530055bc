#include "scenarios/listeners/step_witness.h"

#include "scenarios/listeners/float_checksum.h"
#include "trainwreck/model.h"

namespace trainwreck {

void StepWitness::record(const TraceEvent& event) {
  next_.record(event);
  const auto step = as<traced::StepEnd>(event);
  if (!on_ || !step || model_ == nullptr) return;
  if (step->outcome == traced::Stepping::committed) keep(*step);
}

void StepWitness::keep(const traced::StepEnd& taken) {
  const auto values = model_->parameters().values();
  StepTaken step{.call = call_, .iterations = model_->optimizer().iterations()};
  step.checksums.push_back(checksum(values, 0));
  for (const OptimizerSlot& slot : model_->optimizer().slots()) {
    step.slots.push_back(slot.name);
    step.checksums.push_back(checksum(slot.values, 0));
  }
  step.state.at = at_;
  step.state.at.epoch = taken.epoch;
  step.state.at.batch = taken.batch;
  if (whole_ == taken_.size()) {
    step.state.weights.assign(values.begin(), values.end());
    for (const OptimizerSlot& slot : model_->optimizer().slots()) {
      step.state.slots.emplace_back(slot.values.begin(), slot.values.end());
    }
  }
  taken_.push_back(std::move(step));
}

}  // namespace trainwreck
