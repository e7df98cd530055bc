#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/save.h"
#include "engine/loop/callback.h"

namespace trainwreck {

class Session;

// The common part of everything that saves and loads checkpoints in a run: memory for it, the
// trace, the policy about what may be saved.

struct SaveOrder {
  std::string path;
  std::string tag;
  std::optional<SavedScore> score = {};
  std::optional<SavedRun> run = {};
};

// Saves the session's model, optimizer included. Throws what the seams throw, and NonFinite for
// weights that the policy does not let out; the old file is then as the protocol leaves it. In the
// trace: begin, then publish or fail. Returns the data's checksum.
std::string save_checkpoint(Session& session, SaveOrder order);

// Runs `save` and returns true; an error leaves, or (false) becomes a warning and is counted, as
// the policy has it. `who` and `what` are for that warning: "ModelCheckpoint", a path.
bool save_or_survive(Session& session, const std::string& who, const std::string& what,
                     std::int64_t& failed_saves, const std::function<void()>& save);

// Loads and verifies; throws IoError and FormatError.
Checkpoint load_checkpoint(Session& session, const std::string& path);

// Says in the trace that the run goes on from this file, which loading alone does not.
void tell_resumed(Session& session, const std::string& path);

// Removes a file or a directory, and says so in the trace.
void delete_checkpoint(Session& session, const std::string& path);

// What the callbacks say of themselves, by name: "early_stopping", and "early_stopping#2" for the
// second of that name. Those that have nothing to say are left out.
std::map<std::string, CallbackState> states_of(std::span<const CallbackHandle> callbacks);

// The run as it stands at `position`, with the state of every callback.
SavedRun capture_run(Session& session, const Position& position);
// Throws ValueError, with every difference, where the policy wants a run to go on from its own kind
// alone. `who` says so: "BackupAndRestore".
void refuse_other_run(const Session& session, const SavedRun& run, const std::string& who);
// Gives the callbacks their state back, by name and count of that name. What belongs to nobody is a
// warning ("checkpoint.callback").
void restore_callbacks(Session& session, const SavedRun& run);

}  // namespace trainwreck
