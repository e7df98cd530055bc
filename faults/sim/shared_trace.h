#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/seams/trace.h"
#include "faults/inject/trace.h"

namespace trainwreck {

class Clock;

// A trace in memory that a process shares with those it forks, so that it outlives the one that
// writes it. Everything is allocated beforehand, in pages that cost nothing until they are used:
// writing a line neither allocates nor fails. One process writes at a time.
class SharedTrace {
 public:
  SharedTrace();  // throws std::bad_alloc
  ~SharedTrace();
  SharedTrace(const SharedTrace&) = delete;
  SharedTrace& operator=(const SharedTrace&) = delete;

  void append(std::chrono::nanoseconds time, std::int32_t run, std::int32_t fit,
              const TraceEvent& event) noexcept;
  // As if nothing had been written.
  void forget() noexcept;
  // Every line that was written whole. Of more than there is room for: the first, a gap in `seq`,
  // and the last few.
  Trace harvest() const;
  // What found no room.
  std::uint64_t lost() const;

 private:
  struct Layout;
  Layout* shared_;
};

// Writes down what it hears, with the time of the run's own clock.
class SharedRecorder final : public TraceSink {
 public:
  SharedRecorder(Clock& clock, SharedTrace& trace) : clock_(clock), trace_(trace) {}
  void record(const TraceEvent& event) override;
  void set_place(std::int32_t run, std::int32_t fit);

 private:
  Clock& clock_;
  SharedTrace& trace_;
  std::int32_t run_ = 0;
  std::int32_t fit_ = -1;
};

}  // namespace trainwreck
