#include "faults/sim/recorder.h"

#include "engine/seams/clock.h"

namespace trainwreck {

void Recorder::record(const TraceEvent& event) {
  TraceLine line{.seq = static_cast<std::int64_t>(trace_.lines.size()),
                 .time_ns = clock_.now().count(),
                 .run = run_,
                 .fit = fit_,
                 .event = event};
  line.event.what = trace_.keep(event.what);
  line.event.who = trace_.keep(event.who);
  line.event.detail = trace_.keep(event.detail);
  if (annotate_) annotate_(line, trace_);
  trace_.lines.push_back(line);
}

void Recorder::set_place(std::int32_t run, std::int32_t fit) {
  run_ = run;
  fit_ = fit;
}

}  // namespace trainwreck
