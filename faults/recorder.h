#pragma once

#include <cstdint>
#include <string>

#include "engine/seams/trace.h"
#include "faults/trace.h"

namespace trainwreck {

class Clock;

// Writes down what it hears. Time is the run's own clock, so equal runs have equal traces.
class Recorder final : public TraceSink {
 public:
  explicit Recorder(Clock& clock) : clock_(clock) {}

  void record(const TraceEvent& event) override;
  // Where in the story the next lines belong.
  void set_place(std::int32_t run, std::int32_t fit);
  const Trace& trace() const { return trace_; }
  Trace take() { return std::move(trace_); }

 private:
  Clock& clock_;
  Trace trace_;
  std::int32_t run_ = 0;
  std::int32_t fit_ = -1;
};

}  // namespace trainwreck
