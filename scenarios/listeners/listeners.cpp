#include "scenarios/listeners/listeners.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "engine/base/errors.h"
#include "engine/base/tensor.h"
#include "engine/formats/crc32c.h"
#include "engine/seams/clock.h"
#include "faults/inject/injector.h"
#include "faults/sim/sim_clock.h"
#include "trainwreck/layer.h"
#include "trainwreck/model.h"

namespace trainwreck {
namespace {

std::uint32_t crc_of(std::span<const float> values, std::uint32_t before) {
  return crc32c({reinterpret_cast<const char*>(values.data()), values.size_bytes()}, before);
}

std::int64_t digest_of(Model& model) {
  std::uint32_t crc = crc_of(model.parameters().values(), 0);
  for (const OptimizerSlot& slot : model.optimizer().slots()) crc = crc_of(slot.values, crc);
  const std::int64_t iterations = model.optimizer().iterations();
  return crc32c({reinterpret_cast<const char*>(&iterations), sizeof iterations}, crc);
}

// "0-3,7".
std::string ranges_text(const std::vector<std::int64_t>& numbers) {
  std::string text;
  for (std::size_t first = 0, next = 0; first < numbers.size(); first = next) {
    next = first + 1;
    while (next < numbers.size() && numbers[next] == numbers[next - 1] + 1) ++next;
    text += fmt::format("{}{}", text.empty() ? "" : ",", numbers[first]);
    if (next - first > 1) text += fmt::format("-{}", numbers[next - 1]);
  }
  return text;
}

class ChecksumSource final : public DataSource {
 public:
  ChecksumSource(std::shared_ptr<DataSource> source, std::shared_ptr<BatchChecksums> checksums)
      : source_(std::move(source)), checksums_(std::move(checksums)) {}

  SourceTraits traits() const override { return source_->traits(); }
  std::optional<std::int64_t> length() const override { return source_->length(); }
  void start_pass(const Pass& pass) override { source_->start_pass(pass); }
  void settle_batch_size(std::optional<std::int64_t> steps, ZeroBatchSize zero) override {
    source_->settle_batch_size(steps, zero);
  }
  bool fetch(std::int64_t index, Batch& out) override {
    const bool got = source_->fetch(index, out);
    if (got) checksums_->fetched(out);
    return got;
  }
  void on_epoch_begin() override { source_->on_epoch_begin(); }
  void on_epoch_end() override { source_->on_epoch_end(); }
  std::shared_ptr<DataSource> split_off(double fraction) override {
    return with_checksums(source_->split_off(fraction), checksums_);
  }
  void rejoin() override { source_->rejoin(); }

 private:
  std::shared_ptr<DataSource> source_;
  std::shared_ptr<BatchChecksums> checksums_;
};

class ChecksumLayer final : public Layer {
 public:
  ChecksumLayer(std::unique_ptr<Layer> layer, std::shared_ptr<BatchChecksums> checksums)
      : layer_(std::move(layer)), checksums_(std::move(checksums)) {}

  std::string_view kind() const override { return layer_->kind(); }
  Shape build(const Shape& input_row, LayerBuilder& builder) override {
    return layer_->build(input_row, builder);
  }
  Shape output_shape(const Shape& input) const override { return layer_->output_shape(input); }
  std::int64_t workspace_bytes(const Shape& input) const override {
    return layer_->workspace_bytes(input);
  }
  void forward(const Tensor& input, Tensor& output, const LayerPass& pass) override {
    if (pass.training) checksums_->stepped(input);
    layer_->forward(input, output, pass);
  }
  void backward(const Tensor& input, const Tensor& output, Tensor& output_gradient,
                Tensor* input_gradient, const LayerPass& pass) override {
    layer_->backward(input, output, output_gradient, input_gradient, pass);
  }

 private:
  std::unique_ptr<Layer> layer_;
  std::shared_ptr<BatchChecksums> checksums_;
};

}  // namespace

void add_digest(Model* model, TraceLine& line, Trace& trace) {
  const bool of_step =
      line.event.kind == TraceKind::step_begin || line.event.kind == TraceKind::step_end;
  if (!of_step || model == nullptr || !model->built()) return;
  line.digest = digest_of(*model);
  if (!all_finite(model->parameters().values())) line.event.what = trace.keep("not finite");
}

void WeightSampler::record(const TraceEvent& event) {
  next_.record(event);
  if (wanted_.empty() || model_ == nullptr) return;
  if (event.kind == TraceKind::step_end && event.detail == "committed") {
    keep(event.epoch, event.batch);
  } else if (event.kind == TraceKind::scope_end && event.what == "epoch") {
    keep(event.epoch, -1);
  } else if (event.kind == TraceKind::scope_begin && event.what == "train") {
    keep(-1, -1);
  }
}

void WeightSampler::keep(std::int64_t epoch, std::int64_t batch) {
  for (const Instant& wanted : wanted_) {
    if (wanted.epoch != epoch || wanted.batch != batch) continue;
    WeightsAt here{.at = call_, .iterations = 0};
    here.at.epoch = epoch;
    here.at.batch = batch;
    const auto values = model_->parameters().values();
    here.weights.assign(values.begin(), values.end());
    kept_.push_back(std::move(here));
    return;
  }
}

void CheckpointLog::record(const TraceEvent& event) {
  next_.record(event);
  const bool withdrawn = event.what == "delete";
  if (event.kind != TraceKind::checkpoint || (event.what != "publish" && !withdrawn)) return;
  constexpr std::string_view kMark = "crc32c=";
  const std::size_t mark = event.detail.find(kMark);
  kept_.push_back({.after = disk_.operations().size(),
                   .path = std::string(event.who),
                   .checksum = mark == std::string_view::npos
                                   ? std::string()
                                   : std::string(event.detail.substr(mark + kMark.size())),
                   .step = event.step,
                   .withdrawn = withdrawn});
}

void MemoryMeter::reserve(MemoryPurpose purpose, std::int64_t bytes) {
  try {
    memory_.reserve(purpose, bytes);
  } catch (const OutOfMemory&) {
    tell("refused", purpose, bytes);
    throw;
  }
  std::int64_t& peak = peaks_[static_cast<std::size_t>(purpose)];
  peak = std::max(peak, memory_.in_use(purpose));
  tell("reserve", purpose, bytes);
}

void MemoryMeter::release(MemoryPurpose purpose, std::int64_t bytes) noexcept {
  memory_.release(purpose, bytes);
  tell("release", purpose, bytes);
}

std::map<std::string, std::int64_t> MemoryMeter::peaks() const {
  std::map<std::string, std::int64_t> peaks;
  for (std::size_t i = 0; i < kMemoryPurposes; ++i) {
    peaks[std::string(name_of(static_cast<MemoryPurpose>(i)))] = peaks_[i];
  }
  return peaks;
}

void MemoryMeter::tell(std::string_view what, MemoryPurpose purpose, std::int64_t bytes) {
  if (!tells_) return;
  injector_.record({.kind = TraceKind::memory,
                    .epoch = injector_.now().epoch,
                    .batch = injector_.now().batch,
                    .number = bytes,
                    .what = what,
                    .who = name_of(purpose)});
}

void BatchChecksums::fetched(const Batch& batch) {
  came_ = crc_of(batch.x.values(), 0);
  samples_ = ranges_text(batch.samples);
  first_ = batch.x.size() > 0 ? std::optional(batch.x[0]) : std::nullopt;
}

void BatchChecksums::stepped(const Tensor& features) { stepped_ = crc_of(features.values(), 0); }

void BatchChecksums::add_to(TraceLine& line, Trace& trace) {
  const TraceEvent& event = line.event;
  if (event.kind == TraceKind::fetch_end && event.detail == "ok") {
    line.checksum = std::exchange(came_, -1);
    line.first = std::exchange(first_, std::nullopt);
    line.event.what = trace.keep(samples_);
  }
  if (event.kind == TraceKind::step_end) line.checksum = std::exchange(stepped_, -1);
}

std::shared_ptr<DataSource> with_checksums(std::shared_ptr<DataSource> source,
                                           std::shared_ptr<BatchChecksums> checksums) {
  return std::make_shared<ChecksumSource>(std::move(source), std::move(checksums));
}

void watch_features(Model& model, std::shared_ptr<BatchChecksums> checksums) {
  if (model.layers().empty()) return;
  model.exchange_layer(
      0, std::make_unique<ChecksumLayer>(model.exchange_layer(0, nullptr), std::move(checksums)));
}

FakeNetwork::FakeNetwork(const Network& network, SimClock& clock, const Injector& injector)
    : network_(network), clock_(clock), injector_(injector) {}

HttpAnswer FakeNetwork::post(const HttpPost& post) {
  Alert alert{.at = injector_.now(), .url = post.url, .body = post.body};
  const HttpAnswer given = answer(post);
  alert.status = given.status;
  alert.trouble = given.trouble;
  alerts_.push_back(std::move(alert));
  return given;
}

HttpAnswer FakeNetwork::answer(const HttpPost& post) const {
  const std::vector<std::int64_t>& epochs = network_.epochs;
  const bool now = epochs.empty() ||
                   std::find(epochs.begin(), epochs.end(), injector_.now().epoch) != epochs.end();
  if (!now || network_.is == NetworkIs::up) return {.status = 200};
  if (network_.is == NetworkIs::down) return {.status = 0, .trouble = "refused"};
  if (network_.is == NetworkIs::failing) return {.status = network_.status};
  const auto time = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(network_.seconds));
  const bool gives_up = post.timeout && *post.timeout < time;
  clock_.advance(gives_up ? *post.timeout : time);
  return gives_up ? HttpAnswer{.status = 0, .trouble = "timed out"} : HttpAnswer{.status = 200};
}

}  // namespace trainwreck
