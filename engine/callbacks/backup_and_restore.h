#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/saving/backup_files.h"
#include "engine/saving/saver.h"
#include "trainwreck/callback.h"

namespace trainwreck {

struct BackupAndRestoreOptions {
  std::string backup_dir = {};  // for these backups alone
  std::optional<std::int64_t> save_freq =
      {};                          // in batches, counted across epochs; absent: each epoch
  bool double_checkpoint = false;  // keeps the backup before the newest
  bool delete_checkpoint = true;   // once it is of no more use
};

// Saves where the run stands, and takes a run up again that was cut short. In `hardened` the whole
// run goes on as if nothing had happened, from the very batch: weights, optimizer, callbacks,
// history and running metrics.
class BackupAndRestore final : public Callback {
 public:
  // Throws ValueError when there is no directory.
  explicit BackupAndRestore(BackupAndRestoreOptions options);

  std::string name() const override { return "backup_and_restore"; }
  void on_train_begin(Event& event) override;
  void on_train_batch_end(Event& event) override;
  void on_epoch_end(Event& event) override;
  void on_train_end(Event& event) override;
  void on_exception(Event& event) override;
  void save_state(CallbackState& state) const override;
  void load_state(const CallbackState& state) override;

 private:
  void restore_whole(Session& session);
  void restore_split(Session& session);
  void at_batch_boundary(Session& session);
  Saver::Save backup(Session& session, const Position& position, const std::string& tag);
  void remove(Session& session);

  BackupAndRestoreOptions options_;
  BackupPlace place_;
  bool due_ = false;
  std::int64_t sequence_ = 0;
  std::int64_t batches_since_save_ = 0;
  std::int64_t epochs_done_ = 0;
  std::int64_t last_batch_ = 0;
  Saver saver_{"BackupAndRestore"};
};

}  // namespace trainwreck
