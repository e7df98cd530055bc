#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/tensor.h"
#include "trainwreck/callback.h"
#include "trainwreck/data.h"

namespace trainwreck {

struct BatchInspectorOptions {
  std::int64_t every = 1;           // looks at each n-th batch of an epoch, from the first
  std::int64_t max_records = 1000;  // the oldest are kept
};

// Looks at the batches that the loop hands over, in order, before they are worked on: in training,
// validation, evaluation and prediction, over all runs that it serves. The first odd one of each
// run is told as a warning: no rows, rows that do not pair up, another row shape than the first
// batch of its kind had, or values that are not finite.
class BatchInspector final : public Callback {
 public:
  struct Part {
    Shape shape;
    Dtype dtype = Dtype::none;  // none: the batch has no such part
    float min = 0.0F;           // of the finite values; 0 where there is none
    float max = 0.0F;
    std::int64_t non_finite = 0;
  };
  enum class Phase : std::uint8_t { train, test, predict };
  struct Record {
    Phase phase = Phase::train;
    std::int64_t epoch = -1;  // -1 outside an epoch
    std::int64_t batch = 0;
    BatchId id;
    Part x;
    Part y;
    Part sample_weight;
    std::string oddity;  // empty for a good batch
  };

  // Throws ValueError unless `every` is at least 1.
  explicit BatchInspector(BatchInspectorOptions options = {});

  std::string name() const override { return "batch_inspector"; }
  bool essential() const override { return false; }

  void set_session(Session& session) override;
  void on_train_batch_begin(Event& event) override { offer(Phase::train, event); }
  void on_test_batch_begin(Event& event) override { offer(Phase::test, event); }
  void on_predict_batch_begin(Event& event) override { offer(Phase::predict, event); }

  const std::vector<Record>& records() const { return records_; }
  std::int64_t inspected() const { return inspected_; }
  std::int64_t odd() const { return odd_; }

 private:
  struct RowShapes {
    bool known = false;
    Shape x;
    Shape y;
  };
  void offer(Phase phase, Event& event) {
    if (event.index % options_.every == 0) inspect(phase, event);
  }
  void inspect(Phase phase, Event& event);
  std::string oddity_of(const Record& record, const Batch& batch);

  BatchInspectorOptions options_;
  std::vector<Record> records_;
  RowShapes expected_[3];
  std::int64_t inspected_ = 0;
  std::int64_t odd_ = 0;
  bool told_ = false;
};

std::string_view name_of(BatchInspector::Phase phase);

}  // namespace trainwreck
