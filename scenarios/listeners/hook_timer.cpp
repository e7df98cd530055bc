#include "scenarios/listeners/hook_timer.h"

#include <chrono>

#include "engine/seams/clock.h"

namespace trainwreck {

void HookTimer::record(const TraceEvent& event) {
  if (on_ && event.kind == TraceKind::hook_begin) begun_.push_back(now());
  next_.record(event);
  if (!on_ || event.kind != TraceKind::hook_end || begun_.empty()) return;
  times_[std::string(event.who)] += now() - begun_.back();
  begun_.pop_back();
}

void HookTimer::begin_call() {
  begun_.clear();
  call_began_ = now();
}

void HookTimer::end_call() { calls_time_ += now() - call_began_; }

std::int64_t HookTimer::now() const {
  const auto real = std::chrono::steady_clock::now().time_since_epoch();
  return (std::chrono::duration_cast<std::chrono::nanoseconds>(real) + clock_.now()).count();
}

}  // namespace trainwreck
