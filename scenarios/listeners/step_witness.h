#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/seams/trace.h"
#include "scenarios/flow/outcome.h"

namespace trainwreck {

class Model;

// Notes down what every committed step left of weights and slots: a checksum of each, and the
// numbers themselves of one step, by its place among all.
class StepWitness final : public TraceSink {
 public:
  StepWitness(bool on, std::optional<std::size_t> whole, TraceSink& next)
      : on_(on), whole_(whole), next_(next) {}
  // A call begins, of this model. Calls count through all restarts of a story.
  void watch(Model* model, Instant call) {
    model_ = model;
    at_ = call;
    ++call_;
  }
  void record(const TraceEvent& event) override;
  std::vector<StepTaken> take() { return std::move(taken_); }

 private:
  void keep(const TraceEvent& event);

  bool on_;
  std::optional<std::size_t> whole_;
  TraceSink& next_;
  Model* model_ = nullptr;
  Instant at_;
  std::int64_t call_ = -1;
  std::vector<StepTaken> taken_;
};

}  // namespace trainwreck
