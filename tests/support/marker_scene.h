#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/policy/policy.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/seams.h"
#include "engine/seams/signals.h"
#include "engine/seams/trace.h"
#include "tests/support/recording_callback.h"
#include "trainwreck/data.h"
#include "trainwreck/model.h"
#include "trainwreck/trainer.h"

// The scene in which Keras's own behaviour was recorded: every row of a batch holds the batch's
// marker, every label is 1, and the model is w * x + b with w = 1, b = 0 and sgd at 0.001. So
// losses can be laid beside the recorded ones.
namespace trainwreck::testing {

Batch marker_batch(std::int64_t marker, std::int64_t rows = 4);

// Batch i has the marker first + i. Writes "ds[i]" and its own epochs down.
class MarkerSequence final : public Sequence {
 public:
  MarkerSequence(std::int64_t batches, Events& events, std::string name = "ds",
                 std::int64_t first = 0)
      : batches_(batches), events_(events), name_(std::move(name)), first_(first) {}

  SourceTraits traits() const override { return {.name = name_}; }
  std::int64_t batch_count() const override { return batches_; }
  void batch(std::int64_t index, Batch& out) override;
  void on_epoch_begin() override;
  void on_epoch_end() override;

  void set_batches(std::int64_t batches) { batches_ = batches; }
  // Called with the index before a batch is made; may raise, or change the batch after.
  std::function<void(std::int64_t, Batch&)> bend;
  std::function<void()> at_epoch_begin;
  std::function<void()> at_epoch_end;

 private:
  std::int64_t batches_;
  Events& events_;
  std::string name_;
  std::int64_t first_;
};

// The same one after the other, once. Writes "gen.yield(i)" and "gen.exhausted".
class MarkerGenerator final : public Generator {
 public:
  MarkerGenerator(std::int64_t batches, Events& events, std::string name = "gen",
                  std::int64_t first = 0)
      : batches_(batches), events_(events), name_(std::move(name)), first_(first) {}

  SourceTraits traits() const override {
    return {.name = name_, .access = Access::stream, .replayable = false};
  }
  std::optional<std::int64_t> length() const override { return declared; }
  bool next(Batch& out) override;

  std::optional<std::int64_t> declared;
  std::int64_t raise_at = -1;  // ValueError("corrupt record") instead of this item

 private:
  std::int64_t batches_;
  Events& events_;
  std::string name_;
  std::int64_t first_;
  std::int64_t next_ = 0;
};

// Markers 0 .. batches-1 as arrays, four rows each.
std::shared_ptr<DataSource> marker_arrays(std::int64_t batches, std::int64_t first = 0);

// Passes its input through and writes "step[marker]" and "tstep[marker]" down.
class ProbeLayer final : public Layer {
 public:
  explicit ProbeLayer(Events& events) : events_(events) {}
  std::string_view kind() const override { return "probe"; }
  Shape build(const Shape& input_row, LayerBuilder&) override { return input_row; }
  Shape output_shape(const Shape& input) const override { return input; }
  void forward(const Tensor& input, Tensor& output, const LayerPass& pass) override;
  void backward(const Tensor& input, const Tensor& output, Tensor& output_gradient,
                Tensor* input_gradient, const LayerPass& pass) override;

  bool shown = false;
  std::function<void()> before_training;  // each forward of a step

 private:
  Events& events_;
};

// Says that a signal came at its n-th poll, counted from 0.
class PlannedSignal final : public Signals {
 public:
  std::optional<int> poll() override {
    return polls++ == at ? std::optional<int>(15) : std::nullopt;
  }
  std::int64_t at = -1;
  std::int64_t polls = 0;
};

// A budget without end that refuses its n-th reservation, counted from 0.
class RefusingBudget final : public MemoryBudget {
 public:
  void reserve(MemoryPurpose purpose, std::int64_t bytes) override;
  void release(MemoryPurpose purpose, std::int64_t bytes) noexcept override {
    counting_.release(purpose, bytes);
  }
  std::int64_t peak() const override { return counting_.peak(); }
  std::int64_t in_use(MemoryPurpose purpose) const override { return counting_.in_use(purpose); }
  std::int64_t in_use() const { return counting_.in_use(); }

  std::int64_t refuses = -1;
  std::int64_t asked = 0;
  MemoryPurpose refused{};

 private:
  CountingBudget counting_;
};

// Keeps each line as "kind what/who/detail epoch.batch".
class TraceLines final : public TraceSink {
 public:
  void record(const TraceEvent& event) override;
  std::vector<std::string> lines;
  // Of one kind, joined by " | ".
  std::string of(TraceKind kind) const;
};

class Scene {
 public:
  explicit Scene(Policy the_policy = hardened(), float learning_rate = 0.001F);

  Seams seams();
  // A recorder that lives as long as the scene.
  RecordingCallback& recorder(const std::string& name);
  // One or several of them, made before.
  std::vector<CallbackHandle> handles(const std::vector<std::string>& names);
  // No shuffling.
  FitResult fit(DataSource& data, const std::vector<std::string>& names, FitOptions options = {});
  // Without recorders.
  FitResult run(DataSource& data, FitOptions options = {}) { return fit(data, {}, options); }
  // Every weight and slot, the count of steps and the rate.
  std::vector<float> state();

  Events events;
  Policy policy;
  RefusingBudget memory;
  PlannedSignal signals;
  TraceLines trace;
  bool traced = false;
  ProbeLayer* probe = nullptr;  // of the model
  std::unique_ptr<Model> model;
  // Made at the first use, so that policy, model and tracing can be set before.
  Trainer& trainer();

 private:
  RealWorld world_;
  std::vector<std::shared_ptr<RecordingCallback>> recorders_;
  std::unique_ptr<Trainer> trainer_;
};

// "ValueError in on_epoch_end of A at epoch 1: ..." of the first error; "none".
std::string error_text(const RunResult& result);
// The same of those beside it, joined by " | ".
std::string suppressed_text(const RunResult& result);
// "data.ran_out x2"; in the order of the first ones.
std::string warning_ids(const RunResult& result);

}  // namespace trainwreck::testing
