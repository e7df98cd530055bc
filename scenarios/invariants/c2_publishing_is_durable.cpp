#include <fmt/format.h>

#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// The directory in which a name stands; what was synced may be written with a slash at its end.
std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string_view without_slash(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path.empty() ? "." : path;
}

bool syncs_folder_of(const TraceEvent& event, std::string_view path) {
  return event.what == "sync_directory" && event.detail == "ok" &&
         without_slash(event.who) == folder_of(path);
}

// What of the protocol did not come, in its place, before the publication.
std::string_view missing_step(const CallSpan& call, const TraceLine& publish) {
  const TraceLine* rename = nullptr;
  const TraceLine* directory = nullptr;
  for (const TraceLine* line : call.lines) {
    if (line->seq > publish.seq) break;
    if (line->event.kind != TraceKind::file) continue;
    if (line->event.what == "rename" && line->event.detail == publish.event.who) {
      rename = line;
      directory = nullptr;
    }
    if (rename != nullptr && syncs_folder_of(line->event, publish.event.who)) directory = line;
  }
  if (rename == nullptr) return "a rename to it";
  const TraceLine* sync = nullptr;
  for (const TraceLine* line : call.lines) {
    if (line->seq > rename->seq) break;
    if (line->event.kind != TraceKind::file || line->event.who != rename->event.who) continue;
    if (line->event.what == "append") sync = nullptr;
    if (line->event.what == "sync" && line->event.detail == "ok") sync = line;
  }
  if (sync == nullptr) return "a sync of its data before the rename";
  return directory == nullptr ? "a sync of its directory after the rename" : "";
}

void look_c2(const CallSpan& call, Breaches& breaches) {
  for (const TraceLine* line : call.lines) {
    if (line->event.kind != TraceKind::checkpoint || line->event.what != "publish") continue;
    const std::string_view missing = missing_step(call, *line);
    if (missing.empty()) continue;
    breaches.add(fmt::format("{} was published without {}", line->event.who, missing), {line});
  }
}

InvariantResult check_c2(const JudgedRun& subject) { return in_each_call(subject, look_c2); }

}  // namespace

InvariantEntry c2_publishing_is_durable() {
  return {.id = "C2",
          .kind = InvariantKind::trace,
          .meaning =
              "A checkpoint is published in the order: data synced, renamed, directory "
              "synced.",
          .fields = {"files", "checkpoints"},
          .needs = {},
          .check = &check_c2};
}

}  // namespace trainwreck::invariants
