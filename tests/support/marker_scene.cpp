#include "tests/support/marker_scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/initialisers/initialisers.h"
#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/metrics/metrics.h"
#include "engine/optimizers/optimizers.h"
#include "engine/sources/array_source.h"

namespace trainwreck::testing {

Batch marker_batch(std::int64_t marker, std::int64_t rows) {
  Batch batch;
  batch.x = Tensor({rows, 1}, static_cast<float>(marker));
  batch.y = Tensor({rows, 1}, 1.0F);
  return batch;
}

void MarkerSequence::batch(std::int64_t index, Batch& out) {
  events_.add(fmt::format("{}[{}]", name_, index));
  const BatchId id = out.id;
  out = marker_batch(first_ + index);
  out.id = id;
  if (bend) bend(index, out);
}

void MarkerSequence::on_epoch_begin() {
  events_.add(name_ + ".on_epoch_begin");
  if (at_epoch_begin) at_epoch_begin();
}

void MarkerSequence::on_epoch_end() {
  Sequence::on_epoch_end();
  events_.add(name_ + ".on_epoch_end");
  if (at_epoch_end) at_epoch_end();
}

bool MarkerGenerator::next(Batch& out) {
  if (next_ == raise_at) throw ValueError("corrupt record");
  if (next_ >= batches_) {
    events_.add(name_ + ".exhausted");
    return false;
  }
  events_.add(fmt::format("{}.yield({})", name_, next_));
  const BatchId id = out.id;
  out = marker_batch(first_ + next_++);
  out.id = id;
  return true;
}

std::shared_ptr<DataSource> marker_arrays(std::int64_t batches, std::int64_t first) {
  ArrayData data{Tensor({batches * 4, 1}), Tensor({batches * 4, 1}, 1.0F), {}};
  for (std::int64_t row = 0; row < batches * 4; ++row) {
    const std::int64_t batch = row / 4;
    data.x[row] = static_cast<float>(first + batch);
  }
  return std::make_shared<ArraySource>(std::move(data), BatchOptions{.batch_size = 4});
}

void ProbeLayer::forward(const Tensor& input, Tensor& output, const LayerPass& pass) {
  if (pass.training && before_training) before_training();
  if (shown) {
    events_.add(fmt::format("{}[{}]", pass.training ? "step" : "tstep",
                            input.size() > 0 ? static_cast<double>(input[0]) : -1.0));
  }
  std::copy(input.values().begin(), input.values().end(), output.values().begin());
}

void ProbeLayer::backward(const Tensor&, const Tensor&, Tensor& output_gradient,
                          Tensor* input_gradient, const LayerPass&) {
  if (input_gradient == nullptr) return;
  std::copy(output_gradient.values().begin(), output_gradient.values().end(),
            input_gradient->values().begin());
}

void RefusingBudget::reserve(MemoryPurpose purpose, std::int64_t bytes) {
  if (asked++ == refuses) {
    refused = purpose;
    throw OutOfMemory(name_of(purpose), bytes, 0);
  }
  counting_.reserve(purpose, bytes);
}

void TraceLines::record(const TraceEvent& event) {
  std::string line =
      fmt::format("{} {}/{}/{}", name_of(event.kind), event.what, event.who, event.detail);
  if (event.epoch >= 0) line += fmt::format(" {}", event.epoch);
  if (event.batch >= 0) line += fmt::format(".{}", event.batch);
  lines.push_back(std::move(line));
}

std::string TraceLines::of(TraceKind kind) const {
  const std::string start = std::string(name_of(kind)) + " ";
  std::string text;
  for (const std::string& line : lines) {
    if (!line.starts_with(start)) continue;
    text += (text.empty() ? "" : " | ") + line.substr(start.size());
  }
  return text;
}

Scene::Scene(Policy the_policy, float learning_rate) : policy(the_policy) {
  auto layer = std::make_unique<ProbeLayer>(events);
  probe = layer.get();
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(std::move(layer));
  layers.push_back(layers::make_dense({.kernel_initializer = initialisers::make_ones()}));
  model = std::make_unique<Model>(std::move(layers), 7);
  std::vector<std::unique_ptr<Metric>> metrics;
  metrics.push_back(metrics::make_mae());
  model->compile(optimizers::make_sgd({.learning_rate = learning_rate}), losses::make_mse(),
                 std::move(metrics));
}

Seams Scene::seams() {
  Seams seams = world_.seams();
  return {seams.files, seams.clock, memory, seams.executor, signals, traced ? &trace : nullptr};
}

Trainer& Scene::trainer() {
  if (!trainer_) trainer_ = std::make_unique<Trainer>(*model, seams(), policy);
  return *trainer_;
}

RecordingCallback& Scene::recorder(const std::string& name) {
  for (const auto& known : recorders_) {
    if (known->name() == name) return *known;
  }
  return *recorders_.emplace_back(std::make_shared<RecordingCallback>(name, events));
}

std::vector<CallbackHandle> Scene::handles(const std::vector<std::string>& names) {
  std::vector<CallbackHandle> result;
  for (const std::string& name : names) {
    recorder(name);
    for (const auto& known : recorders_) {
      if (known->name() == name) result.emplace_back(known);
    }
  }
  return result;
}

FitResult Scene::fit(DataSource& data, const std::vector<std::string>& names, FitOptions options) {
  options.shuffle = false;
  for (CallbackHandle& handle : handles(names)) options.callbacks.push_back(std::move(handle));
  return trainer().fit(data, options);
}

std::vector<float> Scene::state() {
  const auto values = model->parameters().values();
  std::vector<float> all(values.begin(), values.end());
  for (const OptimizerSlot& slot : model->optimizer().slots()) {
    all.insert(all.end(), slot.values.begin(), slot.values.end());
  }
  all.push_back(static_cast<float>(model->optimizer().iterations()));
  all.push_back(model->optimizer().learning_rate());
  return all;
}

std::string error_text(const RunResult& result) {
  return result.error ? text_of(*result.error) : "none";
}

std::string suppressed_text(const RunResult& result) {
  std::string text;
  for (const ErrorRecord& record : result.suppressed) {
    text += (text.empty() ? "" : " | ") + text_of(record);
  }
  return text;
}

std::string warning_ids(const RunResult& result) {
  std::vector<std::pair<std::string, int>> counts;
  for (const Warning& warning : result.warnings) {
    const auto found = std::find_if(counts.begin(), counts.end(),
                                    [&](const auto& entry) { return entry.first == warning.id; });
    if (found != counts.end()) {
      ++found->second;
    } else {
      counts.emplace_back(warning.id, 1);
    }
  }
  std::string text;
  for (const auto& [id, count] : counts) {
    text += fmt::format("{}{} x{}", text.empty() ? "" : ", ", id, count);
  }
  return text;
}

}  // namespace trainwreck::testing
