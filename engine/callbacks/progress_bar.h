#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "trainwreck/callback.h"

namespace trainwreck {

struct ProgressBarOptions {
  std::optional<int> verbose = {};  // 0: silent, 1: bar, 2: one line per epoch; absent: the run's
  std::ostream* out = nullptr;      // null: standard output, where Keras's bar is looked for
  std::optional<bool> terminal =
      {};  // absent: whether standard output is one; no for another `out`
};

// Shows the progress of an epoch (or of an evaluation or prediction of its own), as Keras does. The
// bar is redrawn in place at most every 50 ms. Where nothing can be redrawn there is no bar: what
// is not a terminal gets one plain line when the epoch ends. A batch that draws nothing costs no
// look at the clock. What cannot be written is lost without a word: nobody reads it.
class ProgressBar final : public Callback {
 public:
  explicit ProgressBar(ProgressBarOptions options = {});

  std::string name() const override { return "progress_bar"; }
  bool essential() const override { return false; }

  void on_train_begin(Event& event) override;
  void on_train_end(Event& event) override;
  void on_epoch_begin(Event& event) override;
  void on_epoch_end(Event& event) override;
  void on_train_batch_end(Event& event) override { advance(event); }
  void on_test_begin(Event& event) override;
  void on_test_end(Event& event) override;
  void on_test_batch_end(Event& event) override {
    if (!in_fit_) advance(event);
  }
  void on_predict_begin(Event& event) override { start(event); }
  void on_predict_end(Event& event) override { finish(event); }
  void on_predict_batch_end(Event& event) override { advance(event); }

 private:
  using Time = std::chrono::nanoseconds;

  void start(Event& event);
  void advance(Event& event) {
    seen_ = event.index + 1;
    if (seen_ >= next_look_) look(event);
  }
  void look(Event& event);
  void finish(Event& event);
  std::string bar() const;
  double seconds_per_step(Time now) const;
  void redraw(const std::string& line);

  ProgressBarOptions options_;
  std::ostream& out_;
  bool terminal_;
  int verbose_ = 0;
  bool in_fit_ = false;
  std::optional<std::int64_t> target_;
  std::int64_t seen_ = 0;
  std::int64_t next_look_ = 0;  // no look at the clock before this many steps
  Time start_{};
  Time first_step_{};  // when the first step, slow as it is, was over
  Time looked_{};
  std::int64_t looked_steps_ = 0;
  Time drawn_{};
  std::size_t drawn_width_ = 0;  // columns of the line that stands on the terminal
};

// Adds one at the end for a run that is not silent and has none.
void add_progress_bar(std::vector<CallbackHandle>& callbacks, int verbose);

}  // namespace trainwreck
