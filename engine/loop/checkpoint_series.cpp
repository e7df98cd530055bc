#include "engine/loop/checkpoint_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "engine/checkpoint/pointer.h"
#include "engine/loop/checkpointing.h"
#include "engine/loop/save_desk.h"
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
bool deleted(const SaveDesk& desk, const std::string& path) {
  try {
    delete_checkpoint(desk, path);
    return true;
  } catch (const IoError& error) {
    desk.say([text = fmt::format("{} stays: {}", path, error.what())](Session& session) {
      session.warn("checkpoint.leftover", text);
    });
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

void CheckpointSeries::add(const std::string& path) {
  std::erase(paths, path);
  paths.push_back(path);
}

void point_to(const SaveDesk& desk, const Published& published) {
  const std::string directory = directory_of(published.path);
  const CheckpointPointer pointer{published.path.substr(published.path.rfind('/') + 1),
                                  published.checksum};
  const SaveManner manner = desk.policy.manner();
  write_pointer(desk.files, path_in(directory, std::string(kLatestPointer)), pointer, manner);
  if (!published.best) return;
  write_pointer(desk.files, path_in(directory, std::string(kBestPointer)), pointer, manner);
}

void retire(const SaveDesk& desk, CheckpointSeries& series, std::size_t keep) {
  if (series.paths.size() <= keep) return;
  const std::string newest = series.paths.back();
  const Checkpoint read_back = load_checkpoint(desk.files, newest);
  desk.say([at = desk.at, newest, tag = read_back.tag](Session& session) {
    note(session, at, {.what = "load", .path = newest, .detail = tag});
  });
  if (!non_finite_parameter(read_back).empty()) return;
  std::size_t too_many = series.paths.size() - keep;
  std::erase_if(series.paths, [&](const std::string& path) {
    if (too_many == 0 || path == series.best || path == newest) return false;
    --too_many;
    return !desk.files.exists(path) || deleted(desk, path);
  });
}

}  // namespace trainwreck
