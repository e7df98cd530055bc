#pragma once

#include <string>

#include "engine/loop/history.h"
#include "trainwreck/callback.h"

namespace trainwreck {

// Writes the session's history: one record per epoch that ended by itself (completed, stopped,
// exhausted); a failed or interrupted epoch leaves none. Every fit has one, after the user's
// callbacks, unless the user lists one earlier, which then misses what later callbacks log.
class HistoryCallback final : public Callback {
 public:
  std::string name() const override { return "history"; }
  bool records_history() const override { return true; }

  void set_session(Session& session) override;
  void on_train_begin(Event& event) override;
  void on_epoch_end(Event& event) override;
  void save_state(CallbackState& state) const override;
  void load_state(const CallbackState& state) override;

  // What the fits so far left; see LoggingPolicy::history_reuse.
  const History& history() const { return history_; }

 private:
  History history_;
  Session* session_ = nullptr;
  bool restored_ = false;
};

}  // namespace trainwreck
