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

bool syncs_folder_of(const traced::File& file, std::string_view path) {
  return file.operation == "sync_directory" && file.outcome == "ok" &&
         without_slash(file.path) == folder_of(path);
}

// What of the protocol did not come, in its place, before the publication.
std::string_view missing_step(const CallSpan& call, const TraceLine& publish,
                              std::string_view path) {
  const TraceLine* rename = nullptr;
  const TraceLine* directory = nullptr;
  std::string_view renamed;
  for (const TraceLine* line : call.lines) {
    if (line->seq > publish.seq) break;
    const auto file = as<traced::File>(*line);
    if (!file) continue;
    if (file->operation == "rename" && file->outcome == path) {
      rename = line;
      renamed = file->path;
      directory = nullptr;
    }
    if (rename != nullptr && syncs_folder_of(*file, path)) directory = line;
  }
  if (rename == nullptr) return "a rename to it";
  const TraceLine* sync = nullptr;
  for (const TraceLine* line : call.lines) {
    if (line->seq > rename->seq) break;
    const auto file = as<traced::File>(*line);
    if (!file || file->path != renamed) continue;
    if (file->operation == "append") sync = nullptr;
    if (file->operation == "sync" && file->outcome == "ok") sync = line;
  }
  if (sync == nullptr) return "a sync of its data before the rename";
  return directory == nullptr ? "a sync of its directory after the rename" : "";
}

void look_c2(const CallSpan& call, Breaches& breaches) {
  for (const TraceLine* line : call.lines) {
    const auto save = as<traced::Save>(*line);
    if (!save || save->action != traced::Saving::publish) continue;
    const std::string_view missing = missing_step(call, *line, save->path);
    if (missing.empty()) continue;
    breaches.add(fmt::format("{} was published without {}", save->path, missing), {line});
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
