#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/seams/trace.h"
#include "faults/inject/address.h"
#include "scenarios/flow/outcome.h"

namespace trainwreck {

class Model;

// The weights, at the instants at which somebody wants to know them.
class WeightSampler final : public TraceSink {
 public:
  WeightSampler(std::vector<Instant> wanted, TraceSink& next)
      : wanted_(std::move(wanted)), next_(next) {}
  void watch(Model* model, Instant call) {
    model_ = model;
    call_ = call;
  }
  Model* model() const { return model_; }
  void record(const TraceEvent& event) override;
  std::vector<WeightsAt> take() { return std::move(kept_); }

 private:
  void keep(std::int64_t epoch, std::int64_t batch);

  std::vector<Instant> wanted_;
  TraceSink& next_;
  Model* model_ = nullptr;
  Instant call_;
  std::vector<WeightsAt> kept_;
};

}  // namespace trainwreck
