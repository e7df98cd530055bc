#include <fmt/format.h>

#include <utility>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// The latest call that ended in this process.
const CallSpan* last_ended(const JudgedRun& subject, std::int32_t run) {
  const CallSpan* last = nullptr;
  for (const CallSpan& call : subject.calls) {
    if (call.end != nullptr && call.end->run == run && call.parent < 0) last = &call;
  }
  return last;
}

int signal_seen(const CallSpan& call) {
  for (const TraceLine* line : call.lines) {
    if (const auto signal = as<traced::Signal>(*line)) return static_cast<int>(signal->number);
  }
  return 0;
}

int code_due(const CallSpan& call) {
  if (call.status() == "exhausted") return 4;
  if (call.status() == "interrupted") return 128 + signal_seen(call);
  if (call.status() == "failed") return call.error() == "Timeout" ? 124 : 1;
  return 0;
}

InvariantResult check_x1(const JudgedRun& subject) {
  if (subject.outcome == nullptr || subject.outcome->processes.empty()) {
    return undecided("needs a real process");
  }
  Breaches breaches;
  for (const ProcessEnd& process : subject.outcome->processes) {
    if (process.signal != 0 || process.hung) continue;
    const CallSpan* last = last_ended(subject, process.run);
    if (last == nullptr || process.exit_code == code_due(*last)) continue;
    breaches.add(fmt::format("process {} exited with {}, and its last run {}, which is {}",
                             process.run, process.exit_code, last->status(), code_due(*last)),
                 {last->end});
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
