#include "scenarios/listeners/weight_sampler.h"

#include "engine/seams/traced.h"
#include "trainwreck/model.h"

namespace trainwreck {

void WeightSampler::record(const TraceEvent& event) {
  next_.record(event);
  if (wanted_.empty() || model_ == nullptr) return;
  if (const auto step = as<traced::StepEnd>(event)) {
    if (step->outcome == traced::Stepping::committed) keep(step->epoch, step->batch);
  } else if (const auto ended = as<traced::ScopeEnd>(event)) {
    if (ended->scope == "epoch") keep(ended->epoch, -1);
  } else if (const auto begun = as<traced::ScopeBegin>(event)) {
    if (begun->scope == "train") keep(-1, -1);
  }
}

void WeightSampler::keep(std::int64_t epoch, std::int64_t batch) {
  for (const Instant& wanted : wanted_) {
    if (wanted.epoch != epoch || wanted.batch != batch) continue;
    WeightsAt here{.at = call_, .iterations = 0};
    here.at.epoch = epoch;
    here.at.batch = batch;
    const auto values = model_->parameters().values();
    here.weights.assign(values.begin(), values.end());
    kept_.push_back(std::move(here));
    return;
  }
}

}  // namespace trainwreck
