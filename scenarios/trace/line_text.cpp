#include "scenarios/trace/line_text.h"

#include <fmt/format.h>

namespace trainwreck {
namespace {

std::string where(const TraceLine& line) {
  std::string text = fmt::format("{}/{}", line.run, line.fit < 0 ? "-" : std::to_string(line.fit));
  if (line.event.epoch >= 0) text += fmt::format(" epoch {}", line.event.epoch);
  if (line.event.batch >= 0) text += fmt::format(" batch {}", line.event.batch);
  return text;
}

}  // namespace

// Lines of every kind have one form, so that they can be read below each other.
std::string text_of(const TraceLine& line) {
  const TraceEvent& event = line.event;
  std::string text = fmt::format("{:>5}  {:<24} {}", line.seq, where(line), name_of(event.kind));
  if (!event.what.empty()) text += fmt::format(" {}", event.what);
  if (!event.who.empty()) text += fmt::format(" of {}", event.who);
  if (event.kind == TraceKind::step_end) text += fmt::format(" loss {}", event.value);
  if (!event.detail.empty()) text += fmt::format(": {}", event.detail);
  return text;
}

}  // namespace trainwreck
