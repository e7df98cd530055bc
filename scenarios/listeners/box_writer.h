#pragma once

#include <cstdint>
#include <optional>

#include "engine/seams/trace.h"
#include "faults/sim/shared_trace.h"

namespace trainwreck {

// Passes on what it hears, and before that writes it where it outlives the process.
class BoxWriter final : public TraceSink {
 public:
  // Without such a place it only passes on.
  BoxWriter(SharedTrace* trace, Clock& clock, TraceSink& next) : next_(next) {
    if (trace != nullptr) writer_.emplace(clock, *trace);
  }
  void record(const TraceEvent& event) override {
    if (writer_) writer_->record(event);
    next_.record(event);
  }
  void set_place(std::int32_t run, std::int32_t fit) {
    if (writer_) writer_->set_place(run, fit);
  }

 private:
  std::optional<SharedRecorder> writer_;
  TraceSink& next_;
};

}  // namespace trainwreck
