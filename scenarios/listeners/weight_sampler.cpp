#include "scenarios/listeners/weight_sampler.h"

#include "trainwreck/model.h"

namespace trainwreck {

void WeightSampler::record(const TraceEvent& event) {
  next_.record(event);
  if (wanted_.empty() || model_ == nullptr) return;
  if (event.kind == TraceKind::step_end && event.detail == "committed") {
    keep(event.epoch, event.batch);
  } else if (event.kind == TraceKind::scope_end && event.what == "epoch") {
    keep(event.epoch, -1);
  } else if (event.kind == TraceKind::scope_begin && event.what == "train") {
    keep(-1, -1);
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
