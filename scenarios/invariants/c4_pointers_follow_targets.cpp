#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// By its name: latest, best, manifest, metadata.
bool is_pointer(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  constexpr std::array<std::string_view, 4> kNames{"latest", "best", "manifest", "metadata"};
  const bool named = std::any_of(kNames.begin(), kNames.end(), [&](std::string_view word) {
    return name.find(word) != std::string_view::npos;
  });
  return named && !name.ends_with(".tmp") && !name.ends_with(".bkp");
}

bool is_checkpoint(const CallSpan& call, std::string_view path) {
  return std::any_of(call.lines.begin(), call.lines.end(), [&](const TraceLine* line) {
    return line->event.kind == TraceKind::checkpoint && line->event.who == path;
  });
}

void look_c4(const CallSpan& call, Breaches& breaches) {
  const TraceLine* saving = nullptr;
  for (const TraceLine* line : call.lines) {
    const TraceEvent& event = line->event;
    if (event.kind == TraceKind::checkpoint) saving = event.what == "begin" ? line : nullptr;
    if (event.kind != TraceKind::file) continue;
    const bool appends = event.what == "append" && is_pointer(event.who);
    const bool renames = event.what == "rename" && is_pointer(event.detail);
    if (appends && !is_checkpoint(call, event.who)) {
      breaches.add(fmt::format("{} was written in place", event.who), {line});
    } else if (renames && saving != nullptr && !is_checkpoint(call, event.detail)) {
      breaches.add(
          fmt::format("{} was replaced before {} was published", event.detail, saving->event.who),
          {saving, line});
    }
  }
}

InvariantResult check_c4(const JudgedRun& subject) { return in_each_call(subject, look_c4); }

}  // namespace

InvariantEntry c4_pointers_follow_targets() {
  return {.id = "C4",
          .kind = InvariantKind::trace,
          .meaning = "A file that points to checkpoints is replaced in one step, after its target.",
          .fields = {"files", "checkpoints"},
          .needs = {},
          .check = &check_c4};
}

}  // namespace trainwreck::invariants
