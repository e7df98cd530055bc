#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

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

std::set<std::string_view> checkpoints_of(const CallSpan& call) {
  std::set<std::string_view> paths;
  for (const TraceLine* line : call.lines) {
    if (const auto save = as<traced::Save>(*line)) paths.insert(save->path);
  }
  return paths;
}

void look_c4(const CallSpan& call, Breaches& breaches) {
  const std::set<std::string_view> checkpoints = checkpoints_of(call);
  const TraceLine* saving = nullptr;
  std::string_view saved;
  for (const TraceLine* line : call.lines) {
    if (const auto save = as<traced::Save>(*line)) {
      saving = save->action == traced::Saving::begin ? line : nullptr;
      saved = save->path;
    }
    const auto file = as<traced::File>(*line);
    if (!file) continue;
    const bool appends = file->operation == "append" && is_pointer(file->path);
    const bool renames = file->operation == "rename" && is_pointer(file->outcome);
    if (appends && !checkpoints.contains(file->path)) {
      breaches.add(fmt::format("{} was written in place", file->path), {line});
    } else if (renames && saving != nullptr && !checkpoints.contains(file->outcome)) {
      breaches.add(fmt::format("{} was replaced before {} was published", file->outcome, saved),
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
