#include <fmt/format.h>

#include <map>
#include <set>
#include <string_view>
#include <vector>

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

// How far each file is on the way of the protocol, in the order in which things were done.
class Protocol {
 public:
  void hear(const traced::File& file) {
    const bool worked = file.outcome == "ok";
    if (file.operation == "append") synced_.erase(file.path);
    if (file.operation == "sync" && worked) synced_.insert(file.path);
    if (file.operation == "sync_directory" && worked) sync_folder(without_slash(file.path));
    if (file.operation == "rename") rename(file.path, file.outcome);
  }

  // What did not come, in its place, before a publication of this path.
  std::string_view missing(std::string_view path) const {
    const auto renamed = renamed_.find(path);
    if (renamed == renamed_.end()) return "a rename to it";
    if (!renamed->second.had_data) return "a sync of its data before the rename";
    return renamed->second.is_durable ? "" : "a sync of its directory after the rename";
  }

 private:
  struct Renamed {
    bool had_data = false;
    bool is_durable = false;
  };

  void rename(std::string_view from, std::string_view to) {
    renamed_[to] = {.had_data = synced_.contains(from)};
    waiting_[folder_of(to)].push_back(to);
  }
  void sync_folder(std::string_view folder) {
    const auto waiting = waiting_.find(folder);
    if (waiting == waiting_.end()) return;
    for (const std::string_view path : waiting->second) renamed_[path].is_durable = true;
    waiting_.erase(waiting);
  }

  std::set<std::string_view> synced_;                                  // and not written since
  std::map<std::string_view, Renamed> renamed_;                        // by the new name
  std::map<std::string_view, std::vector<std::string_view>> waiting_;  // renamed, by folder
};

void look_c2(const CallSpan& call, Breaches& breaches) {
  Protocol protocol;
  for (const TraceLine* line : call.lines) {
    if (const auto file = as<traced::File>(*line)) protocol.hear(*file);
    const auto save = as<traced::Save>(*line);
    if (!save || save->action != traced::Saving::publish) continue;
    const std::string_view missing = protocol.missing(save->path);
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
