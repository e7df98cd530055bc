#pragma once

#include <cstdint>
#include <optional>

#include "engine/seams/trace.h"
#include "engine/seams/traced.h"

namespace trainwreck {
namespace traced {

// Into the one record of all kinds and out of it. Which of its members keeps what is known to these
// two, and to nobody else but what writes whole records down (tests/tidy/trace_rules.cpp).
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
