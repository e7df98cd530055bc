#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/tensor.h"
#include "engine/model/parameters.h"
#include "trainwreck/layer.h"
#include "trainwreck/loss.h"
#include "trainwreck/metric.h"
#include "trainwreck/optimizer.h"

namespace trainwreck {

// Which pass this is: whether dropout is on, and the counter of anything random.
struct PassInfo {
  bool training = false;
  std::int64_t epoch = 0;
  std::int64_t batch = 0;
};

// A stack of layers with their weights, and what it was compiled with; it owns them all. It may be
// used by one thread at a time. References that it gives live as long as it does, or until what
// they speak of is exchanged or compiled anew.
class Model {
 public:
  Model(std::vector<std::unique_ptr<Layer>> layers, std::uint64_t seed);

  // Slots of an earlier optimizer are gone; the weights stay.
  void compile(std::unique_ptr<Optimizer> optimizer, std::unique_ptr<Loss> loss,
               std::vector<std::unique_ptr<Metric>> metrics);
  bool compiled() const { return loss_ != nullptr; }
  Optimizer& optimizer();
  Loss& loss();
  std::span<const std::unique_ptr<Metric>> metrics() const { return metrics_; }

  // Makes the weights, and the optimizer's slots, for inputs whose rows have this shape. Throws
  // ShapeError that names the layer; the model is as unbuilt as before then. Once only.
  void build(const Shape& input_row);
  bool built() const { return built_; }
  const Shape& input_row() const { return input_row_; }
  const Shape& output_row() const { return output_row_; }

  // Shapes of every layer's output for this input; throws ShapeError before any arithmetic. Returns
  // the bytes that forward will use.
  std::int64_t plan_forward(const Shape& input) {
    const bool planned = planned_forward_bytes_ >= 0 && input == planned_input_;
    return planned ? planned_forward_bytes_ : plan(input);
  }
  // The gradients of the planned outputs and of the weights.
  std::int64_t backward_bytes() const;
  // Plans if the shape is not the planned one. The result lives until the next forward.
  const Tensor& forward(const Tensor& input, const PassInfo& info);
  // From output_gradient() back to the first layer that has weights: what lies before that one is
  // not asked. Fills parameters().gradients(), L2 included.
  void backward(const Tensor& input);
  Tensor& output_gradient() { return gradients_.back(); }
  // sum over parameters of l2 * |w|^2.
  float penalty() const;

  Parameters& parameters() { return parameters_; }
  const Parameters& parameters() const { return parameters_; }
  std::span<const std::unique_ptr<Layer>> layers() const { return layers_; }
  // For whoever wraps a layer in another: take it out (null goes in), wrap it, put the wrapper in.
  // What goes in gets the name of what was there.
  std::unique_ptr<Layer> exchange_layer(std::size_t index, std::unique_ptr<Layer> layer);
  // The same for what it was compiled with; the optimizer keeps its slots.
  std::unique_ptr<Loss> exchange_loss(std::unique_ptr<Loss> loss);
  std::unique_ptr<Optimizer> exchange_optimizer(std::unique_ptr<Optimizer> optimizer);
  std::uint64_t seed() const { return seed_; }

 private:
  std::int64_t plan(const Shape& input);
  void add_penalty_gradients();

  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<std::string> names_;
  std::uint64_t seed_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<Loss> loss_;
  std::vector<std::unique_ptr<Metric>> metrics_;
  Parameters parameters_;
  std::vector<Tensor> outputs_;
  std::vector<Tensor> gradients_;  // of each layer's output
  std::vector<Shape> planned_;     // of each layer's output
  Shape planned_input_;
  std::int64_t planned_forward_bytes_ = -1;  // -1: nothing is planned
  std::int64_t planned_backward_bytes_ = 0;
  std::size_t first_trained_ = 0;  // the first layer with weights
  Shape input_row_;
  Shape output_row_;
  LayerPass pass_;
  bool built_ = false;
};

}  // namespace trainwreck
