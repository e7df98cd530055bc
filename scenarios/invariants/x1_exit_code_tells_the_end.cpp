#include <fmt/format.h>

#include <utility>

#include "scenarios/contract.h"
#include "scenarios/outcome.h"

namespace trainwreck::invariants {
namespace {

// What a trace says of the last call of a process.
struct LastCall {
  const TraceLine* begin = nullptr;
  const TraceLine* end = nullptr;  // null: it never ended
  std::int64_t signal = 0;
};

LastCall last_call_of(const Trace& trace, std::int32_t run) {
  LastCall last;
  for (const TraceLine& line : trace.lines) {
    if (line.run != run) continue;
    if (line.event.kind == TraceKind::signal) last.signal = line.event.number;
    if (line.event.kind == TraceKind::run_end) last.end = &line;
    if (line.event.kind != TraceKind::run_begin) continue;
    if (last.begin == nullptr || line.fit != last.begin->fit) last = {.begin = &line};
  }
  return last;
}

// CONTRACT's table X.
std::int64_t due(const LastCall& call) {
  const std::string_view status = call.end->event.detail;
  if (status == "failed") return call.end->event.what == "Timeout" ? 124 : 1;
  if (status == "exhausted") return 4;
  if (status == "interrupted") return 128 + call.signal;
  return 0;
}

InvariantResult check_x1(const Subject& subject) {
  if (subject.outcome == nullptr || subject.outcome->processes.empty()) {
    return undecided("needs the process itself");
  }
  Breaches breaches;
  for (const ProcessEnd& end : subject.outcome->processes) {
    const LastCall call = last_call_of(subject.trace, end.run);
    if (call.begin == nullptr) {
      breaches.doubt("a process made no call");
    } else if (call.end != nullptr && end.signal == 0 && end.exit_code != due(call)) {
      breaches.add(fmt::format("the run ended as {}, and its process exited with {}, not {}",
                               call.end->event.detail, end.exit_code, due(call)),
                   {call.end});
    } else if (call.end == nullptr && end.signal == 0 && end.exit_code == 0) {
      breaches.add("the process exited with 0 before its run had ended", {call.begin});
    }
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry x1_exit_code_tells_the_end() {
  return {.id = "X1",
          .kind = InvariantKind::process,
          .meaning = "The exit code of a training process follows from how its run ended.",
          .fields = {},
          .needs = {},
          .check = &check_x1};
}

}  // namespace trainwreck::invariants
