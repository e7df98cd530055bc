#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/callbacks/fresh_start.h"
#include "engine/loop/monitor.h"
#include "trainwreck/callback.h"

namespace trainwreck {

struct ReduceLROnPlateauOptions {
  MonitorOptions monitor{.metric = "val_loss", .mode = "auto", .min_delta = 1e-4};
  double factor = 0.1;         // below 1
  std::int64_t patience = 10;  // epochs without improvement; 0 and 1 are the same
  int verbose = 0;
  std::int64_t cooldown = 0;  // epochs after a reduction in which nothing counts
  double min_lr = 0.0;
};

// Lowers the learning rate when a metric has stopped improving. The logs of an epoch get the rate
// it was trained with.
class ReduceLROnPlateau final : public Callback {
 public:
  // Throws ValueError for a factor that would not reduce.
  explicit ReduceLROnPlateau(ReduceLROnPlateauOptions options = {});

  std::string name() const override { return "reduce_lr_on_plateau"; }
  void set_session(Session& session) override;
  void on_train_begin(Event& event) override;
  void on_epoch_end(Event& event) override;
  void save_state(CallbackState& state) const override;
  void load_state(const CallbackState& state) override;

  std::int64_t wait() const { return wait_; }
  std::int64_t cooldown_left() const { return cooldown_left_; }
  std::optional<double> best() const { return best_; }

 private:
  bool rest(Cooldown choice);
  void reduce(Event& event);

  ReduceLROnPlateauOptions options_;
  Monitor monitor_;
  FreshStart fresh_;
  std::int64_t wait_ = 0;
  std::int64_t cooldown_left_ = 0;
  std::optional<double> best_;
};

}  // namespace trainwreck
