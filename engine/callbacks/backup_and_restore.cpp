#include "engine/callbacks/backup_and_restore.h"

#include <fmt/format.h>

#include <utility>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/callbacks/state_numbers.h"
#include "engine/saving/checkpointing.h"
#include "engine/saving/preflight.h"
#include "engine/seams/file_system.h"
#include "engine/seams/signals.h"
#include "engine/seams/tracer.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

bool is_whole(const Session& session) {
  return session.policy().backup.files == BackupFiles::one_file;
}

bool is_exact(const Session& session) {
  return is_whole(session) && session.policy().backup.position == BackupPosition::exact;
}

// Who names neither gets braces as they are, as in Keras.
std::string directory_for(const std::string& text, const RunInfo& info) {
  if (!info.worker && info.name.empty()) return text;
  const PathTemplate path = path_of_run("BackupAndRestore", text, info);
  if (path.names().empty()) return path.fill(0, std::nullopt, {});
  throw KeyError(
      fmt::format("BackupAndRestore: the directory \"{}\" asks for \"{}\", which fit was "
                  "not given",
                  text, path.names().front()));
}

// Runs `action` now, or when every callback had this hook.
template <class Action>
void in_due_time(Session& session, Action action) {
  if (session.policy().backup.moment == BackupMoment::in_its_turn) {
    action();
  } else {
    session.after_hook(action);
  }
}

// Whoever looks takes the signal away from the loop, and so has to say that it came.
bool another_signal(Session& session) {
  const std::optional<int> signal = session.seams().signals.poll();
  if (signal) {
    session.seams().tracer().signal(
        {.number = *signal, .epoch = session.epoch(), .batch = session.batch_index()});
  }
  return signal.has_value();
}

}  // namespace

BackupAndRestore::BackupAndRestore(BackupAndRestoreOptions options)
    : options_(std::move(options)), place_{options_.backup_dir, options_.double_checkpoint} {
  if (options_.backup_dir.empty()) throw ValueError("BackupAndRestore: there is no backup_dir");
}

void BackupAndRestore::on_train_begin(Event& event) {
  due_ = false;
  saver_.start();
  place_.directory = directory_for(options_.backup_dir, event.session.info());
  if (is_whole(event.session)) {
    restore_whole(event.session);
  } else {
    restore_split(event.session);
  }
  preflight(event.session, "BackupAndRestore", place_.directory,
            path_in(place_.directory, "a backup"));
}

void BackupAndRestore::restore_whole(Session& session) {
  const std::optional<FoundCheckpoint> backup = load_whole_backup(session, place_);
  if (!backup) return;
  const SavedRun& run = *backup->checkpoint.run;
  refuse_other_run(session, run, "BackupAndRestore");
  restore_model(backup->checkpoint, session.model());
  sequence_ = run.sequence;
  if (session.policy().backup.state == BackupState::with_callbacks) restore_callbacks(session, run);
  Position position = run.position;
  if (!is_exact(session)) {
    position.batch = 0;
    position.running_metrics.clear();
  }
  session.resume_from(position, backup->path);
}

void BackupAndRestore::restore_split(Session& session) {
  const std::optional<BackupMetadata> metadata = restore_split_backup(session, place_);
  if (!metadata) return;
  Position position;
  position.epoch = metadata->epoch;
  position.step = session.model().optimizer().iterations();
  session.resume_from(position, metadata->path);
}

void BackupAndRestore::on_train_batch_end(Event& event) {
  saver_.look(event.session);
  if (is_broken_off(event.status)) return;
  Session& session = event.session;
  if (event.status == Status::completed) {
    last_batch_ = event.index;
    due_ = options_.save_freq && ++batches_since_save_ >= *options_.save_freq;
  }
  if (due_ || is_exact(session)) {
    in_due_time(session, [this, &session] { at_batch_boundary(session); });
  }
}

// An epoch that is cut short is backed up where it is cut, before anybody closes it.
void BackupAndRestore::at_batch_boundary(Session& session) {
  const bool cut = session.stop_requested() && is_exact(session);
  if (!std::exchange(due_, false) && !cut) return;
  batches_since_save_ = 0;
  const Position here = is_exact(session) ? session.capture() : session.position();
  saver_.save(session, backup(session, here, "backup"));
}

void BackupAndRestore::on_epoch_end(Event& event) {
  saver_.look(event.session);
  if (is_broken_off(event.status)) return;
  Session& session = event.session;
  epochs_done_ = event.index + 1;
  last_batch_ = 0;
  const bool was_cut = event.status == Status::stopped && is_exact(session);
  if (options_.save_freq || was_cut) return;
  in_due_time(session, [this, &session] {
    saver_.save(session, backup(session, session.position(), "backup"));
  });
}

// Inside an epoch the model is as its last whole step left it, also where a failed step was rolled
// back; while an epoch is being closed some callbacks have counted it and others have not. Nothing
// is begun when a further signal has come: somebody wants an end at once.
void BackupAndRestore::on_exception(Event& event) {
  Session& session = event.session;
  const BackupPolicy& policy = session.policy().backup;
  const bool wanted = policy.emergency == EmergencyBackup::when_broken_off ||
                      (policy.emergency == EmergencyBackup::when_interrupted &&
                       event.status == Status::interrupted);
  const bool is_sound = session.policy().step.failed == FailedStep::rolled_back;
  const bool inside_epoch = session.epoch() >= 0 && session.position().epoch == session.epoch();
  if (!wanted || !is_sound || !inside_epoch || !is_exact(session)) return;
  if (another_signal(session)) return;
  saver_.save(session, backup(session, session.capture(), "emergency"));
}

// What belongs to the backup before, its number and its failure, comes first.
Saver::Save BackupAndRestore::backup(Session& session, const Position& position,
                                     const std::string& tag) {
  saver_.finish(session);
  if (!is_whole(session)) {
    return save_split_backup(place_, {.epoch = epochs_done_, .batch = last_batch_});
  }
  SavedRun run = capture_run(session, position);
  run.sequence = sequence_ + 1;
  Saver::Save save = save_whole_backup(place_, std::move(run), tag);
  save.settled = [this](Session&, bool worked) {
    if (worked) ++sequence_;
  };
  return save;
}

void BackupAndRestore::on_train_end(Event& event) {
  saver_.finish(event.session);
  if (!options_.delete_checkpoint || is_broken_off(event.status)) return;
  const bool only_completed =
      event.session.policy().backup.delete_when == BackupDelete::when_completed;
  if (only_completed && event.status != Status::completed) return;
  Session& session = event.session;
  in_due_time(session, [this, &session] { remove(session); });
}

void BackupAndRestore::remove(Session& session) {
  if (is_whole(session)) {
    delete_whole_backup(session, place_);
  } else {
    delete_split_backup(session, place_);
  }
}

void BackupAndRestore::save_state(CallbackState& state) const {
  put(state, "batches_since_save", batches_since_save_);
  put(state, "failed_saves", saver_.failed());
}

void BackupAndRestore::load_state(const CallbackState& state) {
  batches_since_save_ = integer_in(state, "batches_since_save");
  saver_.set_failed(integer_in(state, "failed_saves"));
}

namespace callbacks {
namespace {

CallbackHandle read_backup_and_restore(Params& params, const BuildContext&) {
  BackupAndRestoreOptions options;
  options.backup_dir = params.need_text("backup_dir", "a directory for these backups alone");
  options.save_freq =
      params.maybe_integer("save_freq", "backs up every so many batches; null: after every epoch");
  options.double_checkpoint =
      params.flag("double_checkpoint", false, "keeps the backup before the newest, too");
  options.delete_checkpoint =
      params.flag("delete_checkpoint", true, "deletes the backup when it is of no more use");
  if (options.backup_dir.empty()) return nullptr;
  return std::make_shared<BackupAndRestore>(std::move(options));
}

}  // namespace

CallbackEntry backup_and_restore() {
  return {"backup_and_restore", "saves where a run stands and takes up one that was cut short",
          read_backup_and_restore};
}

}  // namespace callbacks
}  // namespace trainwreck
