
#include "trainwreck/model.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/errors.h"
#include "engine/model/streams.h"

namespace trainwreck {
namespace {

// Adds the parameters of one layer, under its name, with their first values.
class ParameterMaker final : public LayerBuilder {
 public:
  ParameterMaker(Parameters& parameters, const std::string& layer, std::uint64_t seed)
      : parameters_(parameters), layer_(layer), seed_(seed) {}

  std::int64_t parameter(std::string_view name, const Shape& shape, Fans fans,
                         const Initialiser& initialiser, float l2) override {
    ParameterInfo info;
    info.name = layer_ + "/" + std::string(name);
    info.shape = shape;
    info.l2 = l2;
    const Random random(seed_for(seed_, info.name), Purpose::initialise);
    const std::int64_t offset = parameters_.add(std::move(info));
    initialiser.fill(parameters_.values_of(parameters_.infos().back()), shape, fans, random);
    return offset;
  }

 private:
  Parameters& parameters_;
  const std::string& layer_;
  std::uint64_t seed_;
};

std::string who(const Layer& layer, const std::string& name) {
  return "layer \"" + name + "\" (" + std::string(layer.kind()) + "): ";
}

// Keras's automatic names: the kind, and a count from the second of a kind on.
std::vector<std::string> names_for(std::span<const std::unique_ptr<Layer>> layers) {
  std::vector<std::string> names;
  const auto taken = [&names](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const auto& layer : layers) {
    std::string name = layer->name();
    if (name.empty()) {
      name = std::string(layer->kind());
      for (int count = 1; taken(name); ++count) {
        name = std::string(layer->kind()) + "_" + std::to_string(count);
      }
    } else if (taken(name)) {
      throw ValueError("two layers are named \"" + name + "\"");
    }
    names.push_back(std::move(name));
  }
  return names;
}

void resize(Tensor& tensor, const Shape& shape) {
  if (tensor.shape() != shape) tensor.resize(shape);
}

}  // namespace

Model::Model(std::vector<std::unique_ptr<Layer>> layers, std::uint64_t seed)
    : layers_(std::move(layers)),
      names_(names_for(layers_)),
      seed_(seed),
      outputs_(layers_.size()),
      gradients_(layers_.size()),
      planned_(layers_.size()) {
  if (layers_.empty()) throw ValueError("a model needs at least one layer");
  for (std::size_t i = 0; i < layers_.size(); ++i) layers_[i]->set_name(names_[i]);
}

void Model::compile(std::unique_ptr<Optimizer> optimizer, std::unique_ptr<Loss> loss,
                    std::vector<std::unique_ptr<Metric>> metrics) {
  TRAINWRECK_CHECK(optimizer && loss, "compile needs an optimizer and a loss");
  if (built_) optimizer->build(parameters_);
  optimizer_ = std::move(optimizer);
  loss_ = std::move(loss);
  metrics_ = std::move(metrics);
}

Optimizer& Model::optimizer() {
  if (!compiled()) throw StateError("the model is not compiled: it has no optimizer");
  return *optimizer_;
}

Loss& Model::loss() {
  if (!compiled()) throw StateError("the model is not compiled: it has no loss");
  return *loss_;
}

void Model::build(const Shape& input_row) {
  if (built_) throw StateError("the model is built already");
  Parameters parameters;
  Shape row = input_row;
  first_trained_ = layers_.size();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::int64_t before = parameters.size();
    ParameterMaker maker(parameters, names_[i], seed_);
    try {
      row = layers_[i]->build(row, maker);
    } catch (const ShapeError& error) {
      throw ShapeError(who(*layers_[i], names_[i]) + error.what());
    }
    if (parameters.size() > before) first_trained_ = std::min(first_trained_, i);
  }
  if (optimizer_) optimizer_->build(parameters);
  parameters_ = std::move(parameters);
  input_row_ = input_row;
  output_row_ = row;
  built_ = true;
}

std::int64_t Model::plan(const Shape& input) {
  if (!built_) throw StateError("the model is not built: the shape of its input is not known yet");
  planned_forward_bytes_ = -1;
  Shape shape = input;
  std::int64_t bytes = 0;
  std::int64_t back = parameters_.bytes();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    try {
      const Shape output = layers_[i]->output_shape(shape);
      bytes += layers_[i]->workspace_bytes(shape);
      shape = output;
    } catch (const ShapeError& error) {
      throw ShapeError(who(*layers_[i], names_[i]) + error.what());
    }
    const std::int64_t own = shape.size() * static_cast<std::int64_t>(sizeof(float));
    bytes += own;
    if (i >= first_trained_) back += own;
    planned_[i] = shape;
  }
  planned_input_ = input;
  planned_backward_bytes_ = back;
  planned_forward_bytes_ = bytes;
  return bytes;
}

std::int64_t Model::backward_bytes() const { return planned_backward_bytes_; }

const Tensor& Model::forward(const Tensor& input, const PassInfo& info) {
  plan_forward(input.shape());
  pass_.values = parameters_.values().data();
  pass_.gradients = parameters_.gradients().data();
  pass_.training = info.training;
  pass_.seed = seed_;
  pass_.epoch = info.epoch;
  pass_.batch = info.batch;
  const Tensor* layer_input = &input;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    resize(outputs_[i], planned_[i]);
    layers_[i]->forward(*layer_input, outputs_[i], pass_);
    layer_input = &outputs_[i];
  }
  return *layer_input;
}

void Model::backward(const Tensor& input) {
  TRAINWRECK_CHECK(gradients_.back().shape() == outputs_.back().shape(),
                   "the gradient must be that of the latest output");
  for (std::size_t i = layers_.size(); i-- > first_trained_;) {
    Tensor* input_gradient = nullptr;
    if (i > first_trained_) {
      input_gradient = &gradients_[i - 1];
      resize(*input_gradient, planned_[i - 1]);
    }
    layers_[i]->backward(i == 0 ? input : outputs_[i - 1], outputs_[i], gradients_[i],
                         input_gradient, pass_);
  }
  add_penalty_gradients();
}

void Model::add_penalty_gradients() {
  float* gradients = parameters_.gradients().data();
  const float* values = parameters_.values().data();
  for (const ParameterInfo& info : parameters_.infos()) {
    if (info.l2 == 0.0F) continue;
    const float factor = 2.0F * info.l2;
    for (std::int64_t i = info.offset; i < info.offset + info.size; ++i) {
      gradients[i] += factor * values[i];
    }
  }
}

float Model::penalty() const {
  double sum = 0.0;
  for (const ParameterInfo& info : parameters_.infos()) {
    if (info.l2 == 0.0F) continue;
    double squares = 0.0;
    for (const float value : parameters_.values_of(info)) {
      squares += static_cast<double>(value) * static_cast<double>(value);
    }
    sum += static_cast<double>(info.l2) * squares;
  }
  return static_cast<float>(sum);
}

std::unique_ptr<Layer> Model::exchange_layer(std::size_t index, std::unique_ptr<Layer> layer) {
  TRAINWRECK_CHECK(index < layers_.size(), "no such layer");
  if (layer) layer->set_name(names_[index]);
  planned_forward_bytes_ = -1;
  return std::exchange(layers_[index], std::move(layer));
}

std::unique_ptr<Loss> Model::exchange_loss(std::unique_ptr<Loss> loss) {
  return std::exchange(loss_, std::move(loss));
}

std::unique_ptr<Optimizer> Model::exchange_optimizer(std::unique_ptr<Optimizer> optimizer) {
  return std::exchange(optimizer_, std::move(optimizer));
}

}  // namespace trainwreck
