#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "engine/seams/trace.h"
#include "faults/inject/trace.h"

namespace trainwreck {

class Clock;

// Writes down what it hears. Time is the run's own clock, so equal runs have equal traces.
class Recorder final : public TraceSink {
 public:
  explicit Recorder(Clock& clock) : clock_(clock) {}

  void record(const TraceEvent& event) override;
  // Where in the story the next lines belong.
  void set_place(std::int32_t run, std::int32_t fit);
  // Somebody who knows more about a line than its event says adds to each before it is kept. Texts
  // must be the trace's own.
  using Annotate = std::function<void(TraceLine& line, Trace& trace)>;
  void annotate(Annotate annotate) { annotate_ = std::move(annotate); }
  const Trace& trace() const { return trace_; }
  Trace take() { return std::move(trace_); }

 private:
  Clock& clock_;
  Trace trace_;
  Annotate annotate_;
  std::int32_t run_ = 0;
  std::int32_t fit_ = -1;
};

}  // namespace trainwreck
