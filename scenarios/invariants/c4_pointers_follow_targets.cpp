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
    const auto save = as<traced::Save>(*line);
    return save && save->path == path;
  });
}

void look_c4(const CallSpan& call, Breaches& breaches) {
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
    if (appends && !is_checkpoint(call, file->path)) {
      breaches.add(fmt::format("{} was written in place", file->path), {line});
    } else if (renames && saving != nullptr && !is_checkpoint(call, file->outcome)) {
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
