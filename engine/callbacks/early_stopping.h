#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/callbacks/fresh_start.h"
#include "engine/loop/monitor.h"
#include "trainwreck/callback.h"

namespace trainwreck {

struct EarlyStoppingOptions {
  MonitorOptions monitor = {};
  std::int64_t patience = 0;  // epochs without improvement; 0 and 1 are the same
  int verbose = 0;
  // Only beating this, too, counts as progress.
  std::optional<double> baseline = {};
  bool restore_best_weights = false;
  std::int64_t start_from_epoch = 0;  // earlier epochs are ignored altogether
};

// Stops the training when a metric has not improved for a while, and can put the best epoch's
// weights back at the end. Epochs that broke off are not judged, and a run that broke off keeps the
// weights it had.
class EarlyStopping final : public Callback {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options = {});

  std::string name() const override { return "early_stopping"; }
  void set_session(Session& session) override;
  void on_train_begin(Event& event) override;
  void on_epoch_end(Event& event) override;
  void on_train_end(Event& event) override;
  void save_state(CallbackState& state) const override;
  void load_state(const CallbackState& state) override;

  std::int64_t wait() const { return wait_; }
  std::optional<double> best() const { return best_; }
  std::int64_t best_epoch() const { return best_epoch_; }
  // 0 while it has not stopped a run: no run is ever stopped after its epoch 0.
  std::int64_t stopped_epoch() const { return stopped_epoch_; }

 private:
  bool is_progress(double value) const;
  void keep_weights(Event& event);
  void stop(Event& event);

  EarlyStoppingOptions options_;
  Monitor monitor_;
  FreshStart fresh_;
  std::int64_t wait_ = 0;
  std::int64_t best_epoch_ = 0;
  std::int64_t stopped_epoch_ = 0;
  std::optional<double> best_;
  std::vector<float> best_weights_;
};

}  // namespace trainwreck
