#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/callbacks/lambda_callback.h"
#include "engine/seams/file_system.h"
#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

// The names sort as the epochs do, so the newest come last.
void prune(const std::string& folder, std::int64_t keep, Event& event) {
  FileSystem& files = event.session.seams().files;
  if (is_broken_off(event.status) || !files.exists(folder)) return;
  const std::vector<std::string> names = files.list(folder);
  const auto count = static_cast<std::int64_t>(names.size());
  for (std::int64_t i = 0; i < count - keep; ++i) {
    files.remove(path_in(folder, names[static_cast<std::size_t>(i)]));
  }
}

CallbackHandle make_pruner(Params& params, const BuildContext&) {
  const std::string folder = params.need_text("folder", "where the checkpoints are");
  const std::int64_t keep =
      params.integer("keep", 1, "how many stay, the last by name", {.low = 0});
  return lambda_callback(
      {.on_epoch_end = [folder, keep](Event& event) { prune(folder, keep, event); },
       .name = "pruner"});
}

}  // namespace

CallbackEntry pruner() {
  return {"pruner", "Deletes all but the newest files of a folder at every epoch's end.",
          &make_pruner};
}

}  // namespace trainwreck::doubles
