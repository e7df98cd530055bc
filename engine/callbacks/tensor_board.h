#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/formats/event_file.h"
#include "trainwreck/callback.h"

namespace trainwreck {

class EventFiles;

struct TensorBoardOptions {
  std::string log_dir = "logs";
  std::int64_t histogram_freq = 0;  // epochs between histograms of the weights; 0: none
  bool write_steps_per_second = false;
  std::optional<std::int64_t> update_freq =
      {};  // batches between scalars of batches; none: no such
};

// Writes event files for TensorBoard, in log_dir/train and log_dir/validation, with Keras's tags
// and steps: epoch_<metric> over epochs, batch_<metric> over batches, evaluation_<metric>_vs_
// iterations over the optimizer's iterations, <parameter>/histogram over epochs. Not Keras's
// graphs, images, profiles and embeddings.
//
// What is told at one moment is one record, written at once, so a crash loses at most one. A run
// that is taken up leaves in its files no record twice (see EventFiles).
class TensorBoard final : public Callback {
 public:
  explicit TensorBoard(TensorBoardOptions options = {});
  ~TensorBoard() override;

  std::string name() const override { return "tensor_board"; }
  bool essential() const override { return false; }

  void set_session(Session& session) override;
  void on_train_begin(Event& event) override;
  void on_train_end(Event& event) override;
  void on_epoch_begin(Event& event) override;
  void on_epoch_end(Event& event) override;
  void on_train_batch_begin(Event& event) override;
  void on_train_batch_end(Event& event) override;
  void on_test_begin(Event& event) override;
  void on_test_end(Event& event) override;
  void on_test_batch_begin(Event&) override { ++test_batches_; }
  void save_state(CallbackState& state) const override;
  void load_state(const CallbackState& state) override;

 private:
  using Time = std::chrono::nanoseconds;

  bool wants_batch(const Session& session, std::int64_t step) const;
  void write_epoch(Event& event);
  void write_histograms(Event& event);
  void write(EventFiles& files, Session& session, std::int64_t step,
             std::vector<SummaryValue> values);

  TensorBoardOptions options_;
  std::unique_ptr<EventFiles> train_;
  std::unique_ptr<EventFiles> validation_;
  std::int64_t train_batches_ = 0;
  std::int64_t test_batches_ = 0;
  std::int64_t iterations_before_ = 0;
  Time batch_start_{};
  Time epoch_start_{};
  bool wants_evaluation_ = true;
};

}  // namespace trainwreck
