#pragma once

#include <cstdint>
#include <string_view>

namespace trainwreck {

enum class TraceKind : std::uint8_t {
  run_begin,
  run_end,
  callback,  // who listens, and to which hooks
  scope_begin,
  scope_end,
  hook_begin,
  hook_end,
  fetch_begin,
  fetch_end,
  source,
  step_begin,
  step_end,
  stop_request,
  signal,
  fault,  // written by whoever injects one: the ground truth
  file,
  checkpoint,
  memory,
  policy,
  warning,
  history,
  watchdog,
  deferred_begin,  // what a callback put off until all others had the hook is done
  deferred_end
};
std::string_view name_of(TraceKind kind);

// One line of the conversation. Absent numbers are -1; the texts are valid during the call only.
// `what` says which hook, scope or operation; `who` which callback, source or path; `detail` the
// status, error or payload.
struct TraceEvent {
  TraceKind kind{};
  std::int64_t epoch = -1;
  std::int64_t batch = -1;
  std::int64_t step = -1;
  std::int64_t number = -1;
  double value = 0.0;
  std::string_view what{};
  std::string_view who{};
  std::string_view detail{};
};

// Listens to everything that crosses the seams. Events of things that change the world come before
// the action returns. Nothing that the engine does depends on whether somebody listens.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void record(const TraceEvent& event) = 0;
};

}  // namespace trainwreck
