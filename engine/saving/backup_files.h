#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/saving/checkpointing.h"
#include "engine/saving/saver.h"

namespace trainwreck {

class Session;

// Where the backups of a run lie, and how many of them. `twice`: the one before the newest is kept.
struct BackupPlace {
  std::string directory;
  bool twice = false;
};

// One file with all there is (backup.files: one_file); with `twice` two of them, of which each save
// replaces the older one.
Saver::Save save_whole_backup(const BackupPlace& place, SavedRun run, const std::string& tag);
// The newest that is whole. Nothing where there is none at all; FormatError or IoError where there
// is none that could be read. A damaged one that another stands in for is a warning
// ("backup.damaged").
std::optional<FoundCheckpoint> load_whole_backup(Session& session, const BackupPlace& place);
// Those files alone, and the directory when nothing else is in it.
void delete_whole_backup(Session& session, const BackupPlace& place);

// The weights and then, in a file of its own, how far the run was (weights_then_metadata), under
// the names that Keras gives them.
struct BackupMetadata {
  std::int64_t epoch = 0;  // epochs that are done
  std::int64_t batch = 0;  // written, never used
  std::string path = {};   // of the file that said so
};
Saver::Save save_split_backup(const BackupPlace& place, const BackupMetadata& metadata);
// Puts the weights back, whether or not there is metadata. The copies stand in only for files that
// cannot be read, unless the policy takes them for any damage.
std::optional<BackupMetadata> restore_split_backup(Session& session, const BackupPlace& place);
// The directory, with everything in it.
void delete_split_backup(Session& session, const BackupPlace& place);

}  // namespace trainwreck
