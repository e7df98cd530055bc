#pragma once

#include <cstdint>
#include <optional>
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

// One line of the conversation, of any kind; absent numbers are -1, and the texts are valid during
// the call only. Which member keeps what differs from kind to kind: engine/seams/traced.h has names
// for them, by which a Tracer writes a line and as<> reads it.
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

namespace traced {

// Into the one record and out of it. What writes down whole records knows its members, and nobody
// else does (tests/tidy/trace_rules.cpp).
template <class What>
TraceEvent wire_of(const What& what);
template <class What>
What read(const TraceEvent& event);

// Where the run was, whatever else a line says of it.
struct Moment {
  std::int64_t epoch = -1, batch = -1;
};
Moment moment_of(const TraceEvent& event);

}  // namespace traced

// Whether the line is of this kind: is<traced::StepBegin>(event).
template <class What>
constexpr bool is(const TraceEvent& event) {
  return event.kind == What::kKind;
}

// What a line of this kind says; nothing where it is of another: as<traced::Save>(event).
template <class What>
std::optional<What> as(const TraceEvent& event) {
  if (!is<What>(event)) return std::nullopt;
  return traced::read<What>(event);
}

}  // namespace trainwreck
