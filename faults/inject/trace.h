#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/seams/traced.h"

namespace trainwreck {

// One recorded line, with its place in the story. Texts live as long as the trace.
struct TraceLine {
  std::int64_t seq = 0;
  std::int64_t time_ns = 0;
  std::int32_t run = 0;
  std::int32_t fit = -1;
  TraceEvent event;
  // Evidence that is here only where somebody wanted it; else -1.
  std::int64_t checksum = -1;       // of a batch's features: as it came, and as a step saw them
  std::optional<float> first = {};  // the first feature of a batch, as it came
  std::int64_t digest = -1;         // of weights, slots and step count, before a step and after it
};

template <class What>
constexpr bool is(const TraceLine& line) {
  return is<What>(line.event);
}
template <class What>
std::optional<What> as(const TraceLine& line) {
  return as<What>(line.event);
}

// The conversation, as recorded by a run of ours or read from a file that any engine wrote.
struct Trace {
  std::vector<TraceLine> lines;
  std::set<std::string> fields;  // what the engine can tell; see docs/trace.md
  std::string engine;

  // Keeps a text for as long as the trace lives.
  std::string_view keep(std::string_view text);

  Trace() = default;
  Trace(Trace&&) = default;
  Trace& operator=(Trace&&) = default;

 private:
  std::set<std::string, std::less<>> texts_;
};

}  // namespace trainwreck
