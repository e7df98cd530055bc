#include "engine/saving/backup_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>
#include <vector>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/saving/checkpointing.h"
#include "engine/seams/file_system.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

std::array<std::string, 2> whole_paths(const BackupPlace& place) {
  return {path_in(place.directory, "backup.safetensors"),
          path_in(place.directory, "backup.other.safetensors")};
}

struct SplitPaths {
  explicit SplitPaths(const std::string& directory)
      : weights(path_in(directory, "latest.weights.h5")),
        metadata(path_in(directory, "training_metadata.json")),
        old_weights(weights + ".bkp"),
        old_metadata(metadata + ".bkp") {}
  std::string weights;
  std::string metadata;
  std::string old_weights;
  std::string old_metadata;
};

FileSystem& files_of(const Session& session) { return session.seams().files; }

void copy(FileSystem& files, const std::string& from, const std::string& to, SaveManner manner) {
  save_bytes(files, to, files.read(from), manner);
}

void warn_of_unfinished(Session& session, const BackupPlace& place) {
  if (!files_of(session).is_directory(place.directory)) return;
  const std::vector<std::string> names = files_of(session).list(place.directory);
  if (std::none_of(names.begin(), names.end(), is_temporary)) return;
  session.warn("backup.unfinished",
               fmt::format("{} holds an unfinished backup and no other: the run starts afresh",
                           place.directory));
}

// What a save that failed half-way left: a file, but nothing in it.
void refuse_empty(Session& session, const std::string& path) {
  if (files_of(session).size(path) == 0) {
    throw ValueError(path + " is empty: it holds none of the model's weights");
  }
}

BackupMetadata parse_metadata(const std::string& text, const std::string& path) {
  Diagnostics complaints;
  Params params = Params::parse(text, complaints);
  const BackupMetadata metadata{.epoch = params.need_integer("epoch"),
                                .batch = params.need_integer("batch"),
                                .path = path};
  if (!complaints.empty()) {
    throw ValueError(fmt::format("{}: {} {}", path, complaints[0].pointer, complaints[0].message));
  }
  return metadata;
}

std::optional<BackupMetadata> restore_split_once(Session& session, const SplitPaths& paths) {
  FileSystem& files = files_of(session);
  if (files.exists(paths.weights)) {
    refuse_empty(session, paths.weights);
    restore_model(load_checkpoint(session, paths.weights), session.model());
  }
  if (!files.exists(paths.metadata)) return std::nullopt;
  return parse_metadata(files.read(paths.metadata), paths.metadata);
}

// Whether an older backup may stand in for one that raised this.
bool is_damage(const Session& session, const std::exception& error) {
  if (dynamic_cast<const IoError*>(&error) != nullptr) return true;
  if (dynamic_cast<const FormatError*>(&error) != nullptr) return true;
  return session.policy().backup.fallback == BackupFallback::any_damage &&
         dynamic_cast<const ValueError*>(&error) != nullptr;
}

void put_copies_back(Session& session, const SplitPaths& paths) {
  FileSystem& files = files_of(session);
  const SaveManner manner = session.policy().checkpoint.manner();
  copy(files, paths.old_weights, paths.weights, manner);
  if (files.exists(paths.old_metadata)) {
    copy(files, paths.old_metadata, paths.metadata, manner);
  } else if (files.exists(paths.metadata)) {
    files.remove(paths.metadata);
  }
}

}  // namespace

Saver::Save save_whole_backup(const BackupPlace& place, SavedRun run, const std::string& tag) {
  const std::size_t turn = place.twice ? static_cast<std::size_t>(run.sequence % 2) : 0;
  const std::string path = whole_paths(place)[turn];
  return {.what = "a backup",
          .order = {.path = path, .tag = tag, .score = {}, .run = std::move(run)},
          .write = [path](const SaveContext& desk, const Checkpoint& snapshot) {
            publish(desk, path, snapshot);
          }};
}

std::optional<FoundCheckpoint> load_whole_backup(Session& session, const BackupPlace& place) {
  std::optional<FoundCheckpoint> newest;
  std::exception_ptr damage;
  std::string damaged;
  for (const std::string& path : whole_paths(place)) {
    if (!files_of(session).exists(path)) continue;
    try {
      Checkpoint loaded = load_checkpoint(session, path);
      if (!loaded.run) throw FormatError(path + " says nothing of a run", 0);
      if (!newest || loaded.run->sequence > newest->checkpoint.run->sequence) {
        newest = {path, std::move(loaded)};
      }
    } catch (const std::exception& error) {
      if (!is_damage(session, error)) throw;
      if (!damage) damage = std::current_exception();
      damaged += fmt::format("{}{}", damaged.empty() ? "" : "; ", error.what());
    }
  }
  if (!newest && damage) std::rethrow_exception(damage);
  if (!newest) warn_of_unfinished(session, place);
  if (damage) {
    session.warn("backup.damaged", fmt::format("an older backup is used: {}", damaged));
  }
  return newest;
}

void delete_whole_backup(Session& session, const BackupPlace& place) {
  FileSystem& files = files_of(session);
  for (const std::string& path : whole_paths(place)) {
    if (files.exists(path)) delete_checkpoint(desk_in(session), path);
  }
  if (files.is_directory(place.directory) && files.list(place.directory).empty()) {
    files.remove_directory(place.directory);
  }
}

Saver::Save save_split_backup(const BackupPlace& place, const BackupMetadata& metadata) {
  const SplitPaths paths(place.directory);
  const auto write = [paths, metadata, twice = place.twice](const SaveContext& desk,
                                                            const Checkpoint& snapshot) {
    const SaveManner manner = desk.policy.manner();
    const auto keep = [&](const std::string& path, const std::string& old_path) {
      if (twice && desk.files.exists(path)) copy(desk.files, path, old_path, manner);
    };
    keep(paths.weights, paths.old_weights);
    keep(paths.metadata, paths.old_metadata);
    publish(desk, paths.weights, snapshot);
    save_bytes(desk.files, paths.metadata,
               fmt::format(R"({{"epoch": {}, "batch": {}}})", metadata.epoch, metadata.batch),
               manner);
  };
  return {.what = "a backup",
          .order = {.path = paths.weights, .tag = "backup", .score = {}, .run = {}},
          .write = write};
}

std::optional<BackupMetadata> restore_split_backup(Session& session, const BackupPlace& place) {
  const SplitPaths paths(place.directory);
  try {
    return restore_split_once(session, paths);
  } catch (const std::exception& error) {
    if (!is_damage(session, error) || !files_of(session).exists(paths.old_weights)) throw;
    session.warn("backup.damaged", fmt::format("an older backup is used: {}", error.what()));
  }
  put_copies_back(session, paths);
  return restore_split_once(session, paths);
}

void delete_split_backup(Session& session, const BackupPlace& place) {
  if (!files_of(session).exists(place.directory)) return;
  delete_checkpoint(desk_in(session), place.directory);
}

}  // namespace trainwreck
