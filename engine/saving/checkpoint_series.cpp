#include "engine/saving/checkpoint_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "engine/checkpoint/pointer.h"
#include "engine/saving/checkpointing.h"
#include "engine/saving/save_context.h"
#include "engine/seams/file_system.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

void warn_of_damage(Session& session, const std::string& what) {
  session.warn("checkpoint.damaged", fmt::format("passed over: {}", what));
}

// What `read` makes of a file, or nothing and a warning where that is damaged.
template <class Read>
auto unless_damaged(Session& session, Read read) -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const IoError& error) {
    warn_of_damage(session, error.what());
  } catch (const FormatError& error) {
    warn_of_damage(session, error.what());
  }
  return std::nullopt;
}

struct Candidate {
  std::string path;
  std::int64_t steps = 0;
};

// The newest first, as far as their heads tell.
std::vector<Candidate> candidates(Session& session, const PathTemplate& path,
                                  const std::string& directory) {
  FileSystem& files = session.seams().files;
  std::vector<Candidate> all;
  for (const std::string& name : files.list(directory)) {
    const std::string one = path_in(directory, name);
    if (is_temporary(name) || !path.could_name(name) || files.is_directory(one)) continue;
    const auto steps = unless_damaged(session, [&] { return steps_noted_in(files, one); });
    if (steps) all.push_back({one, *steps});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Candidate& a, const Candidate& b) { return a.steps > b.steps; });
  return all;
}

// The new checkpoint is there: that an old one stays is no failure to save.
bool deleted(const SaveContext& desk, const std::string& path) {
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

// What was compared when it was written need not be read once more.
bool is_sound(const SaveContext& desk, const std::string& path, const Checkpoint& snapshot) {
  const bool compared = desk.policy.protocol == SaveProtocol::durable &&
                        desk.policy.verification == Verification::read_back;
  if (compared) return non_finite_parameter(snapshot).empty();
  return non_finite_parameter(load_checkpoint(desk.files, path)).empty();
}

}  // namespace

std::optional<FoundCheckpoint> find_newest(Session& session, const PathTemplate& path) {
  const std::optional<std::string> directory = path.fixed_directory();
  if (!directory) {
    throw ValueError(fmt::format(
        "\"{}\" has places in its directories, so its newest file cannot be found", path.text()));
  }
  if (!session.seams().files.is_directory(*directory)) return std::nullopt;
  for (const Candidate& one : candidates(session, path, *directory)) {
    auto loaded = unless_damaged(session, [&] { return load_checkpoint(session, one.path); });
    if (loaded) return FoundCheckpoint{one.path, std::move(*loaded)};
  }
  return std::nullopt;
}

void CheckpointSeries::add(const std::string& path) {
  std::erase(paths, path);
  paths.push_back(path);
}

void point_to(const SaveContext& desk, const Published& published) {
  const std::string directory = directory_of(published.path);
  const CheckpointPointer pointer{published.path.substr(published.path.rfind('/') + 1),
                                  published.checksum};
  const SaveManner manner = desk.policy.manner();
  write_pointer(desk.files, path_in(directory, std::string(kLatestPointer)), pointer, manner);
  if (!published.best) return;
  write_pointer(desk.files, path_in(directory, std::string(kBestPointer)), pointer, manner);
}

void retire(const SaveContext& desk, CheckpointSeries& series, std::size_t keep,
            const Checkpoint& snapshot) {
  if (series.paths.size() <= keep) return;
  const std::string newest = series.paths.back();
  if (!is_sound(desk, newest, snapshot)) return;
  std::size_t too_many = series.paths.size() - keep;
  std::erase_if(series.paths, [&](const std::string& path) {
    if (too_many == 0 || path == series.best || path == newest) return false;
    --too_many;
    return !desk.files.exists(path) || deleted(desk, path);
  });
}

}  // namespace trainwreck
