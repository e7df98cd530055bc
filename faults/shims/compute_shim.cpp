#include <utility>

#include "faults/inject/injector.h"
#include "faults/shims/shims.h"
#include "trainwreck/model.h"

namespace trainwreck {
namespace {

ComputeOperation about(Site site, std::string_view detail, Model& model) {
  ComputeOperation operation;
  operation.site = site;
  operation.detail = detail;
  operation.model = &model;
  return operation;
}

class LayerShim final : public Layer {
 public:
  LayerShim(std::unique_ptr<Layer> layer, Model& model, Injector& injector)
      : layer_(std::move(layer)), model_(model), injector_(injector) {}

  std::string_view kind() const override { return layer_->kind(); }
  Shape build(const Shape& input_row, LayerBuilder& builder) override {
    return layer_->build(input_row, builder);
  }
  Shape output_shape(const Shape& input) const override { return layer_->output_shape(input); }
  std::int64_t workspace_bytes(const Shape& input) const override {
    return layer_->workspace_bytes(input);
  }

  void forward(const Tensor& input, Tensor& output, const LayerPass& pass) override {
    if (!pass.training) return layer_->forward(input, output, pass);
    ComputeOperation operation = about(Site::step_forward, name(), model_);
    const Struck struck = injector_.before(operation);
    if (!operation.answered) layer_->forward(input, output, pass);
    operation.values = output.values();
    injector_.after(struck, operation);
  }

  void backward(const Tensor& input, const Tensor& output, Tensor& output_gradient,
                Tensor* input_gradient, const LayerPass& pass) override {
    ComputeOperation operation = about(Site::step_backward, name(), model_);
    const Struck struck = injector_.before(operation);
    if (!operation.answered) {
      layer_->backward(input, output, output_gradient, input_gradient, pass);
    }
    if (struck.empty()) return;
    operation.values = gradients_of_layer();
    if (operation.values.empty() && input_gradient != nullptr) {
      operation.values = input_gradient->values();
    }
    injector_.after(struck, operation);
  }

 private:
  // A layer's parameters lie side by side, under its name.
  std::span<float> gradients_of_layer() {
    Parameters& parameters = model_.parameters();
    std::int64_t first = 0;
    std::int64_t size = 0;
    for (const ParameterInfo& info : parameters.infos()) {
      if (!info.name.starts_with(name() + "/")) continue;
      if (size == 0) first = info.offset;
      size += info.size;
    }
    return parameters.gradients().subspan(static_cast<std::size_t>(first),
                                          static_cast<std::size_t>(size));
  }

  std::unique_ptr<Layer> layer_;
  Model& model_;
  Injector& injector_;
};

class LossShim final : public Loss {
 public:
  LossShim(std::unique_ptr<Loss> loss, Model& model, Injector& injector)
      : loss_(std::move(loss)), model_(model), injector_(injector) {}

  std::string_view kind() const override { return loss_->kind(); }
  LabelForm label_form() const override { return loss_->label_form(); }

  // Without a gradient it is a measurement, no step.
  float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                Tensor* gradient) override {
    if (gradient == nullptr) return loss_->compute(prediction, labels, row_weights, gradient);
    float loss = 0.0F;
    ComputeOperation operation = about(Site::step_loss, kind(), model_);
    operation.loss = &loss;
    const Struck struck = injector_.before(operation);
    if (!operation.answered) loss = loss_->compute(prediction, labels, row_weights, gradient);
    operation.values = gradient->values();
    injector_.after(struck, operation);
    return loss;
  }

 private:
  std::unique_ptr<Loss> loss_;
  Model& model_;
  Injector& injector_;
};

// All state is the real optimizer's. What strikes before a step leaves nothing changed, and after
// it the step counts as committed: so the promise not to fail half-way stays the real one's.
class OptimizerShim final : public Optimizer {
 public:
  OptimizerShim(std::unique_ptr<Optimizer> optimizer, Model& model, Injector& injector)
      : Optimizer(0.0F, {}, nullptr),
        optimizer_(std::move(optimizer)),
        model_(model),
        injector_(injector) {}

  std::string_view kind() const override { return optimizer_->kind(); }
  void build(const Parameters& parameters) override { optimizer_->build(parameters); }
  bool no_fail() const override { return optimizer_->no_fail(); }
  std::vector<OptimizerSlot> slots() override { return optimizer_->slots(); }
  std::int64_t iterations() const override { return optimizer_->iterations(); }
  void set_iterations(std::int64_t iterations) override { optimizer_->set_iterations(iterations); }
  float learning_rate() const override { return optimizer_->learning_rate(); }
  void set_learning_rate(float rate) override { optimizer_->set_learning_rate(rate); }
  bool has_schedule() const override { return optimizer_->has_schedule(); }
  const Clipping& clipping() const override { return optimizer_->clipping(); }

  void step(Parameters& parameters) override {
    ComputeOperation operation = about(Site::step_apply, kind(), model_);
    operation.values = parameters.values();
    const Struck struck = injector_.before(operation);
    if (!operation.answered) optimizer_->step(parameters);
    if (operation.repeat) optimizer_->step(parameters);
    injector_.after(struck, operation);
  }

 private:
  void update(std::span<float>, std::span<const float>, float) override {}

  std::unique_ptr<Optimizer> optimizer_;
  Model& model_;
  Injector& injector_;
};

}  // namespace

void offer_compute(Model& model, Injector& injector) {
  for (std::size_t i = 0; i < model.layers().size(); ++i) {
    model.exchange_layer(
        i, std::make_unique<LayerShim>(model.exchange_layer(i, nullptr), model, injector));
  }
  if (!model.compiled()) return;
  model.exchange_loss(std::make_unique<LossShim>(model.exchange_loss(nullptr), model, injector));
  model.exchange_optimizer(
      std::make_unique<OptimizerShim>(model.exchange_optimizer(nullptr), model, injector));
}

}  // namespace trainwreck
