#include "scenarios/listeners/checkpoint_log.h"

#include <string>
#include <string_view>

#include "engine/seams/traced.h"
#include "faults/sim/sim_file_system.h"

namespace trainwreck {

void CheckpointLog::record(const TraceEvent& event) {
  next_.record(event);
  const auto save = as<traced::Save>(event);
  if (!save) return;
  const bool withdrawn = save->action == traced::Saving::remove;
  if (!withdrawn && save->action != traced::Saving::publish) return;
  constexpr std::string_view kMark = "crc32c=";
  const std::size_t mark = save->note.find(kMark);
  kept_.push_back({.after = disk_.operations().size(),
                   .path = std::string(save->path),
                   .checksum = mark == std::string_view::npos
                                   ? std::string()
                                   : std::string(save->note.substr(mark + kMark.size())),
                   .step = save->step,
                   .withdrawn = withdrawn});
}

}  // namespace trainwreck
