#include "engine/loop/checkpoint_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/checkpoint/pointer.h"
#include "engine/loop/checkpointing.h"
#include "engine/loop/session.h"
#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

void warn_of_damage(Session& session, const std::string& what) {
  session.warn("checkpoint.damaged", fmt::format("passed over: {}", what));
}

std::int64_t steps_in(const Checkpoint& checkpoint) {
  const std::int64_t model = checkpoint.optimizer ? checkpoint.optimizer->iterations : -1;
  return checkpoint.run ? std::max(model, checkpoint.run->position.step) : model;
}

// The new checkpoint is there: that an old one stays is no failure to save.
bool deleted(Session& session, const std::string& path) {
  try {
    delete_checkpoint(session, path);
    return true;
  } catch (const IoError& error) {
    session.warn("checkpoint.leftover", fmt::format("{} stays: {}", path, error.what()));
    return false;
  }
}

}  // namespace

std::optional<FoundCheckpoint> find_newest(Session& session, const PathTemplate& path) {
  const std::optional<std::string> directory = path.fixed_directory();
  if (!directory) {
    throw ValueError(fmt::format(
        "\"{}\" has places in its directories, so its newest file cannot be found", path.text()));
  }
  FileSystem& files = session.seams().files;
  if (!files.is_directory(*directory)) return std::nullopt;
  std::optional<FoundCheckpoint> newest;
  for (const std::string& name : files.list(*directory)) {
    const std::string one = path_in(*directory, name);
    if (is_temporary(name) || !path.could_name(name) || files.is_directory(one)) continue;
    try {
      Checkpoint checkpoint = load_checkpoint(session, one);
      if (newest && steps_in(checkpoint) <= steps_in(newest->checkpoint)) continue;
      newest = FoundCheckpoint{one, std::move(checkpoint)};
    } catch (const IoError& error) {
      warn_of_damage(session, error.what());
    } catch (const FormatError& error) {
      warn_of_damage(session, error.what());
    }
  }
  return newest;
}

void point_to(Session& session, const Published& published) {
  const std::string directory = directory_of(published.path);
  const CheckpointPointer pointer{published.path.substr(published.path.rfind('/') + 1),
                                  published.checksum};
  const SaveManner manner = session.policy().checkpoint.manner();
  FileSystem& files = session.seams().files;
  write_pointer(files, path_in(directory, std::string(kLatestPointer)), pointer, manner);
  if (!published.best) return;
  write_pointer(files, path_in(directory, std::string(kBestPointer)), pointer, manner);
}

void retire(Session& session, std::vector<std::string>& paths, std::size_t keep,
            const std::string& spared) {
  if (paths.size() <= keep) return;
  const std::string newest = paths.back();
  if (!non_finite_parameter(load_checkpoint(session, newest)).empty()) return;
  std::size_t too_many = paths.size() - keep;
  std::erase_if(paths, [&](const std::string& path) {
    if (too_many == 0 || path == spared || path == newest) return false;
    --too_many;
    return !session.seams().files.exists(path) || deleted(session, path);
  });
}

}  // namespace trainwreck
