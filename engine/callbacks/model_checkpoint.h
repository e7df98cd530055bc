#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/checkpoint/path_template.h"
#include "engine/loop/monitor.h"
#include "engine/saving/checkpoint_series.h"
#include "engine/saving/saver.h"
#include "trainwreck/callback.h"

namespace trainwreck {

// Whether a training goes on from the newest of the files; where there is none, it begins anew only
// if that was asked for.
enum class Resume : std::uint8_t { never, if_any, always };

struct ModelCheckpointOptions {
  std::string path = {};  // "ckpt/{run}-{worker}-{epoch:02d}-{val_loss:.2f}.safetensors"
  MonitorOptions monitor = {};
  int verbose = 0;
  bool save_best_only = false;
  bool save_weights_only = false;  // with the optimizer, but without the run
  std::optional<std::int64_t> save_freq =
      {};  // in batches, counted across epochs; absent: each epoch
  std::optional<double> initial_value_threshold = {};  // the best so far, before the first
  // The newest files that stay; absent: all of them. The best one stays beside them.
  std::optional<std::int64_t> keep = {};
  // Files beside them that say which is the latest and which the best.
  bool pointers = false;
  Resume resume = Resume::never;
};

// Saves the model after every epoch or every few batches, or only when a metric is better than
// ever. A scope that broke off is never saved.
class ModelCheckpoint final : public Callback {
 public:
  // Throws ValueError for a path that cannot be filled in.
  explicit ModelCheckpoint(ModelCheckpointOptions options);

  std::string name() const override { return "model_checkpoint"; }
  void set_session(Session& session) override;
  void on_train_begin(Event& event) override;
  void on_train_batch_end(Event& event) override;
  void on_epoch_end(Event& event) override;
  void on_train_end(Event& event) override;
  void save_state(CallbackState& state) const override;
  void load_state(const CallbackState& state) override;

  // Not forgotten from fit to fit.
  std::optional<double> best() const { return best_; }
  std::int64_t failed_saves() const { return saver_.failed(); }

 private:
  bool watches(const Session& session) const;
  void check_extension() const;
  void resume(Session& session);
  void check_names(const Session& session) const;
  void check_place(Session& session) const;
  void look_for_better_files(Session& session);
  void take_up(Session& session, const std::string& path);
  void save_when_due(Event& event, std::optional<std::int64_t> batch);
  bool is_better(Event& event, double value);
  void save_in_time(Session& session, const std::string& path, std::optional<double> score);
  void save(Session& session, const std::string& path, std::optional<double> score);
  void save_whole_files(Session& session, SaveOrder order);

  ModelCheckpointOptions options_;
  PathTemplate path_;
  Monitor monitor_;
  std::optional<double> best_;
  std::int64_t batches_since_save_ = 0;
  Saver saver_{"ModelCheckpoint"};
  CheckpointSeries series_;
};

}  // namespace trainwreck
