#include "scenarios/listeners/checkpoint_log.h"

#include <string>
#include <string_view>

#include "faults/sim/sim_file_system.h"

namespace trainwreck {

void CheckpointLog::record(const TraceEvent& event) {
  next_.record(event);
  const bool withdrawn = event.what == "delete";
  if (event.kind != TraceKind::checkpoint || (event.what != "publish" && !withdrawn)) return;
  constexpr std::string_view kMark = "crc32c=";
  const std::size_t mark = event.detail.find(kMark);
  kept_.push_back({.after = disk_.operations().size(),
                   .path = std::string(event.who),
                   .checksum = mark == std::string_view::npos
                                   ? std::string()
                                   : std::string(event.detail.substr(mark + kMark.size())),
                   .step = event.step,
                   .withdrawn = withdrawn});
}

}  // namespace trainwreck
