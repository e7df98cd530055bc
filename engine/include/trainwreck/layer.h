#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/tensor.h"
#include "trainwreck/entry.h"
#include "trainwreck/initialiser.h"

namespace trainwreck {

// Takes the parameters that a layer declares while it is built.
class LayerBuilder {
 public:
  virtual ~LayerBuilder() = default;
  // Returns the offset of the parameter in the model's flat buffers.
  virtual std::int64_t parameter(std::string_view name, const Shape& shape, Fans fans,
                                 const Initialiser& initialiser, float l2) = 0;
};

// What one pass through the model shares with its layers.
struct LayerPass {
  const float* values = nullptr;  // the model's weights; a layer adds its offsets
  float* gradients = nullptr;     // written (not added to) by backward
  bool training = false;
  std::uint64_t seed = 0;  // with the two below: the counter of anything random
  std::int64_t epoch = 0;
  std::int64_t batch = 0;
};

// One layer, which a model owns. Work buffers are members that keep their capacity, so a steady
// pass allocates nothing. backward is called after forward of the same pass, with the same input.
// One thread at a time. Weights and gradients belong to the model: a layer may use them in a pass
// only.
class Layer {
 public:
  virtual ~Layer() = default;
  virtual std::string_view kind() const = 0;
  // Takes the shape of one input row (dimensions may be Shape::kUnknown), declares the parameters
  // and returns the shape of one output row. Throws ShapeError when the layer cannot take that
  // input; the model adds the layer's name in front.
  virtual Shape build(const Shape& input_row, LayerBuilder& builder) = 0;
  // The output's shape, rows included, for an input of a built layer; throws ShapeError with
  // expected and actual when the input does not fit. Cheap: called on every step.
  virtual Shape output_shape(const Shape& input) const = 0;
  // Bytes beyond the output that forward and backward work in, for an input that output_shape took.
  virtual std::int64_t workspace_bytes(const Shape& input) const;
  virtual void forward(const Tensor& input, Tensor& output, const LayerPass& pass) = 0;
  // Writes the parameters' gradients; and, unless null, the gradient of the input. May overwrite
  // output_gradient.
  virtual void backward(const Tensor& input, const Tensor& output, Tensor& output_gradient,
                        Tensor* input_gradient, const LayerPass& pass) = 0;

  // "dense", "dense_1": given by the model, unique in it.
  const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }

 private:
  std::string name_;
};

// For output_shape: throws ShapeError with expected and actual unless `input` is any number of rows
// of the shape that the layer was built for.
void expect_input(const Shape& row, const Shape& input);

using LayerEntry = Entry<std::unique_ptr<Layer>>;
std::span<const LayerEntry> builtin_layers();

}  // namespace trainwreck
