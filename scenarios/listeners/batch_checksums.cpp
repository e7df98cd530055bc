#include "scenarios/listeners/batch_checksums.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "scenarios/listeners/float_checksum.h"
#include "scenarios/listeners/wrapped_source.h"
#include "trainwreck/layer.h"
#include "trainwreck/model.h"

namespace trainwreck {
namespace {

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

class ChecksumSource final : public WrappedSource {
 public:
  ChecksumSource(std::shared_ptr<DataSource> source, std::shared_ptr<BatchChecksums> checksums)
      : WrappedSource(std::move(source)), checksums_(std::move(checksums)) {}

  bool fetch(std::int64_t index, Batch& out) override {
    const bool got = inner().fetch(index, out);
    if (got) checksums_->fetched(out);
    return got;
  }
  std::shared_ptr<DataSource> split_off(double fraction) override {
    return with_checksums(inner().split_off(fraction), checksums_);
  }
  void rejoin() override { inner().rejoin(); }

 private:
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

void BatchChecksums::fetched(const Batch& batch) {
  came_ = checksum(batch.x.values(), 0);
  samples_ = ranges_text(batch.samples);
  first_ = batch.x.size() > 0 ? std::optional(batch.x[0]) : std::nullopt;
}

void BatchChecksums::stepped(const Tensor& features) { stepped_ = checksum(features.values(), 0); }

void BatchChecksums::add_to(TraceLine& line, Trace& trace) {
  auto fetch = as<traced::FetchEnd>(line);
  if (fetch && fetch->outcome == traced::Fetching::ok) {
    line.checksum = std::exchange(came_, -1);
    line.first = std::exchange(first_, std::nullopt);
    fetch->samples = trace.keep(samples_);
    line.event = traced::wire_of(*fetch);
  }
  if (is<traced::StepEnd>(line)) line.checksum = std::exchange(stepped_, -1);
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

}  // namespace trainwreck
