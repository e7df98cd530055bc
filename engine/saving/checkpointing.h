#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/path_template.h"
#include "trainwreck/callback.h"

namespace trainwreck {

class Session;
struct RunInfo;

// The common part of everything that takes runs up from checkpoints: memory for it, the trace, the
// state of the callbacks.

// A path in which {run} and {worker} stand for what fit was given under these names: what a run's
// files are told from those of others by. `who` complains.
PathTemplate path_of_run(const std::string& who, const std::string& text, const RunInfo& info);

// A checkpoint, and the file that it was read from.
struct FoundCheckpoint {
  std::string path;
  Checkpoint checkpoint;
};

// Loads and verifies; throws IoError and FormatError.
Checkpoint load_checkpoint(Session& session, const std::string& path);

// Says in the trace that the run goes on from this file, which loading alone does not.
void tell_resumed(Session& session, const std::string& path);

// What the callbacks say of themselves, by name: "early_stopping", and "early_stopping#2" for the
// second of that name. Those that have nothing to say are left out.
std::map<std::string, CallbackState> states_of(std::span<const CallbackHandle> callbacks);

// The run as it stands at `position`, with the state of every callback. Some of that is how the
// save before went, so one that is under way is waited for.
SavedRun capture_run(Session& session, const Position& position);
// Throws ValueError, with every difference, where the policy wants a run to go on from its own kind
// alone. `who` says so: "BackupAndRestore".
void refuse_other_run(const Session& session, const SavedRun& run, const std::string& who);
// Gives the callbacks their state back, by name and count of that name. What belongs to nobody is a
// warning ("checkpoint.callback").
void restore_callbacks(Session& session, const SavedRun& run);

}  // namespace trainwreck
