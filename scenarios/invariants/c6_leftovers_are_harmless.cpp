#include <fmt/format.h>

#include <map>
#include <utility>

#include "engine/seams/file_system.h"
#include "scenarios/judge/contract.h"

namespace trainwreck::invariants {
namespace {

// Temporary files that were made, and neither renamed nor removed since.
class Leftovers {
 public:
  void hear(const TraceLine& line) {
    const auto file = as<traced::File>(line);
    if (!file || file->error > 0) return;
    const bool goes = file->operation == "remove" || file->operation == "rename";
    if (file->operation == "create" && is_temporary(file->path)) made_[file->path] = &line;
    if (goes) made_.erase(file->path);
  }
  // Of an earlier save of this path; null where there is none.
  using Made = std::map<std::string_view, const TraceLine*>;
  const Made::value_type* of(std::string_view path) const {
    const auto one = made_.lower_bound(path);
    return one != made_.end() && one->first.starts_with(path) ? &*one : nullptr;
  }

 private:
  Made made_;
};

InvariantResult check_c6(const JudgedRun& subject) {
  Breaches breaches;
  Leftovers leftovers;
  for (const TraceLine& line : subject.trace.lines) {
    leftovers.hear(line);
    const auto save = as<traced::Save>(line);
    if (!save) continue;
    if (save->action == traced::Saving::load && is_temporary(save->path)) {
      breaches.add(fmt::format("{}, which is unfinished, was loaded", save->path), {&line});
    }
    if (save->action != traced::Saving::publish) continue;
    const auto* left = leftovers.of(save->path);
    if (left == nullptr) continue;
    breaches.add(fmt::format("{} was published, and {} is still there", save->path, left->first),
                 {left->second, &line});
  }
  return std::move(breaches).result();
}

}  // namespace

InvariantEntry c6_leftovers_are_harmless() {
  return {.id = "C6",
          .kind = InvariantKind::trace,
          .meaning = "Leftovers of failed saves are never loaded, and the next save removes them.",
          .fields = {"files", "checkpoints"},
          .needs = {},
          .check = &check_c6};
}

}  // namespace trainwreck::invariants
