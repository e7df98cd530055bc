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
    const TraceEvent& event = line.event;
    if (event.kind != TraceKind::file) return;
    const bool worked = event.step <= 0;
    const bool goes = event.what == "remove" || event.what == "rename";
    if (event.what == "create" && worked && is_temporary(event.who)) made_[event.who] = &line;
    if (goes && worked) made_.erase(event.who);
  }
  // Of an earlier save of this path.
  const TraceLine* of(std::string_view path) const {
    for (const auto& [name, line] : made_) {
      if (name.starts_with(path)) return line;
    }
    return nullptr;
  }

 private:
  std::map<std::string_view, const TraceLine*> made_;
};

InvariantResult check_c6(const JudgedRun& subject) {
  Breaches breaches;
  Leftovers leftovers;
  for (const TraceLine& line : subject.trace.lines) {
    const TraceEvent& event = line.event;
    leftovers.hear(line);
    if (event.kind != TraceKind::checkpoint) continue;
    if (event.what == "load" && is_temporary(event.who)) {
      breaches.add(fmt::format("{}, which is unfinished, was loaded", event.who), {&line});
    }
    const TraceLine* left = event.what == "publish" ? leftovers.of(event.who) : nullptr;
    if (left == nullptr) continue;
    breaches.add(fmt::format("{} was published, and {} is still there", event.who, left->event.who),
                 {left, &line});
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
