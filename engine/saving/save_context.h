#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/checkpoint/checkpoint.h"
#include "engine/policy/policy.h"
#include "engine/seams/traced.h"

namespace trainwreck {

class FileSystem;
class Reservation;
class Session;

// Something that the run is told: a line of its trace, a warning.
using RunMessage = std::function<void(Session&)>;

// Where files are made: with the disk, the rules, and somebody to tell, but without the run, so
// that it can stand in another thread. What it says reaches the run at once, or with the outcome.
struct SaveContext {
  FileSystem& files;
  CheckpointPolicy policy;
  Position at;  // of what is saved
  std::function<void(RunMessage)> say;
};
// In the loop's own thread.
SaveContext desk_in(Session& session);

struct SaveOrder {
  std::string path;
  std::string tag;
  std::optional<SavedScore> score = {};
  std::optional<SavedRun> run = {};
};

// Takes the session's model, optimizer included, for a save; the memory is held as long as the
// snapshot is needed. In the trace: begin, and fail where there was none.
std::unique_ptr<Reservation> take_snapshot(Session& session, SaveOrder order, Checkpoint& into,
                                           Capture how);

// Puts a snapshot into its file. Throws what the file system throws, and NonFinite for weights that
// the policy does not let out; the old file is then as the protocol leaves it. In the trace:
// publish or fail. Returns the data's checksum.
std::string publish(const SaveContext& desk, const std::string& path, const Checkpoint& snapshot);

// Removes a file or a directory, and says so in the trace.
void delete_checkpoint(const SaveContext& desk, const std::string& path);

// Writes a save to the trace, which holds this position.
void note(const Session& session, const Position& at, traced::Save save);

}  // namespace trainwreck
