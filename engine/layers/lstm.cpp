#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/initialisers/initialisers.h"
#include "engine/kernels/aligned_floats.h"
#include "engine/kernels/eigen_maps.h"
#include "engine/kernels/products.h"
#include "engine/layers/layers.h"

namespace trainwreck::layers {
namespace {

using Steps = Eigen::Map<RowMajor, 0, Eigen::OuterStride<>>;
using ConstSteps = Eigen::Map<const RowMajor, 0, Eigen::OuterStride<>>;

// Zeros, and ones for the forget gates (the second quarter).
class ForgetBias final : public Initialiser {
 public:
  void fill(std::span<float> values, const Shape&, Fans, const Random&) const override {
    const std::size_t units = values.size() / 4;
    std::fill(values.begin(), values.end(), 0.0F);
    std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(units), units, 1.0F);
  }
};

// Gates stand side by side in Keras's order: input, forget, candidate, output. All workspaces are
// (rows, time, ...), so what belongs to one time is a matrix with a stride.
class Lstm final : public Layer {
 public:
  explicit Lstm(LstmOptions options) : options_(std::move(options)), units_(options_.units) {}

  std::string_view kind() const override { return "lstm"; }

  Shape build(const Shape& input_row, LayerBuilder& builder) override {
    if (input_row.rank() != 2 || input_row.back() == Shape::kUnknown) {
      throw ShapeError("expected input of shape (None, time, features), got " +
                       input_row.with_rows(Shape::kUnknown).text());
    }
    const std::int64_t features = input_row[1];
    input_row_ = {Shape::kUnknown, features};  // no weight depends on the time
    const std::int64_t gates = 4 * units_;
    kernel_ = builder.parameter("kernel", {features, gates}, {features, gates},
                                *options_.kernel_initializer, options_.l2);
    recurrent_ = builder.parameter("recurrent_kernel", {units_, gates}, {units_, gates},
                                   *options_.recurrent_initializer, options_.l2);
    const std::unique_ptr<Initialiser> bias =
        options_.unit_forget_bias ? std::make_unique<ForgetBias>() : initialisers::make_zeros();
    bias_ = builder.parameter("bias", {gates}, {gates, gates}, *bias, 0.0F);
    if (options_.return_sequences) return {input_row[0], units_};
    return {units_};
  }

  Shape output_shape(const Shape& input) const override {
    expect_input(input_row_, input);
    if (input[1] < 1) throw ShapeError("expected at least one time step, got " + input.text());
    if (options_.return_sequences) return {input[0], input[1], units_};
    return {input[0], units_};
  }

  std::int64_t workspace_bytes(const Shape& input) const override {
    return input[0] * (input[1] * 7 + 2) * units_ * static_cast<std::int64_t>(sizeof(float));
  }

  void forward(const Tensor& input, Tensor& output, const LayerPass& pass) override {
    rows_ = input.rows();
    time_ = input.shape()[1];
    resize();
    multiply(input.data(), pass.values + kernel_, pass.values + bias_, gates_.data(),
             product_size(input.shape()[2]));
    for (std::int64_t t = 0; t < time_; ++t) {
      if (t > 0) {
        gates_at(t).noalias() +=
            ConstSteps(before_at(t), rows_, units_, Eigen::OuterStride<>(time_ * units_)) *
            recurrent(pass.values);
      }
      for (std::int64_t row = 0; row < rows_; ++row) forward_cell(row, t, output);
    }
  }

  void backward(const Tensor& input, const Tensor&, Tensor& output_gradient, Tensor* input_gradient,
                const LayerPass& pass) override {
    std::fill(carried_output_.begin(), carried_output_.end(), 0.0F);
    std::fill(carried_cell_.begin(), carried_cell_.end(), 0.0F);
    MatrixMap carried(carried_output_.data(), rows_, units_);
    for (std::int64_t t = time_ - 1; t >= 0; --t) {
      for (std::int64_t row = 0; row < rows_; ++row) backward_cell(row, t, output_gradient);
      if (t > 0) carried.noalias() = gates_at(t) * recurrent(pass.values).transpose();
    }
    const ProductSize inputs = product_size(input.shape()[2]);
    multiply_inputs(input.data(), gates_.data(), pass.gradients + kernel_, inputs);
    multiply_inputs(before_.data(), gates_.data(), pass.gradients + recurrent_,
                    product_size(units_));
    sum_rows(gates_.data(), pass.gradients + bias_, inputs.rows, inputs.width);
    if (input_gradient != nullptr) {
      multiply_back(gates_.data(), pass.values + kernel_, input_gradient->data(), inputs);
    }
  }

 private:
  ProductSize product_size(std::int64_t inner) const { return {rows_ * time_, inner, 4 * units_}; }

  void resize() {
    const auto cells = static_cast<std::size_t>(rows_ * time_ * units_);
    const auto states = static_cast<std::size_t>(rows_ * units_);
    gates_.resize(4 * cells);
    before_.resize(cells);
    cells_.resize(cells);
    shown_.resize(cells);
    carried_output_.resize(states);
    carried_cell_.resize(states);
  }

  std::int64_t cell_at(std::int64_t row, std::int64_t t) const {
    return (row * time_ + t) * units_;
  }
  const float* before_at(std::int64_t t) const { return before_.data() + t * units_; }
  Steps gates_at(std::int64_t t) {
    return {gates_.data() + t * 4 * units_, rows_, 4 * units_,
            Eigen::OuterStride<>(time_ * 4 * units_)};
  }
  ConstMatrixMap recurrent(const float* values) const {
    return {values + recurrent_, units_, 4 * units_};
  }
  // Where the output of this row and time is, or null where only the last one is given.
  template <class Floats>
  auto shown_output(Floats& tensor, std::int64_t row, std::int64_t t) const {
    if (options_.return_sequences) return tensor.data() + cell_at(row, t);
    return t == time_ - 1 ? tensor.data() + row * units_ : nullptr;
  }

  void forward_cell(std::int64_t row, std::int64_t t, Tensor& output) {
    const std::int64_t at = cell_at(row, t);
    float* gate = gates_.data() + 4 * at;
    activate(Activation::sigmoid, gate, 1, 2 * units_);
    activate(Activation::tanh, gate + 2 * units_, 1, units_);
    activate(Activation::sigmoid, gate + 3 * units_, 1, units_);
    const ConstArrayMap in(gate, units_), forget(gate + units_, units_);
    const ConstArrayMap candidate(gate + 2 * units_, units_), out(gate + 3 * units_, units_);
    ArrayMap cell(cells_.data() + at, units_), shown(shown_.data() + at, units_);
    cell = in * candidate;
    if (t > 0) cell += forget * ConstArrayMap(cells_.data() + at - units_, units_);
    shown = cell.tanh();
    if (t == 0) ArrayMap(before_.data() + at, units_).setZero();
    if (t + 1 < time_) ArrayMap(before_.data() + at + units_, units_) = out * shown;
    float* result = shown_output(output, row, t);
    if (result != nullptr) ArrayMap(result, units_) = out * shown;
  }

  // Turns the gates into the gradients of what went into them.
  void backward_cell(std::int64_t row, std::int64_t t, const Tensor& output_gradient) {
    const std::int64_t at = cell_at(row, t);
    const float* from_output = shown_output(output_gradient, row, t);
    const float* cell_before = t > 0 ? cells_.data() + at - units_ : nullptr;
    float* gate = gates_.data() + 4 * at;
    for (std::int64_t u = 0; u < units_; ++u) {
      const float in = gate[u];
      const float forget = gate[units_ + u];
      const float candidate = gate[2 * units_ + u];
      const float out = gate[3 * units_ + u];
      const float shown = shown_[static_cast<std::size_t>(at + u)];
      const auto state = static_cast<std::size_t>(row * units_ + u);
      const float output =
          carried_output_[state] + (from_output == nullptr ? 0.0F : from_output[u]);
      const float cell = carried_cell_[state] + output * out * (1.0F - shown * shown);
      carried_cell_[state] = cell * forget;
      gate[u] = cell * candidate * in * (1.0F - in);
      gate[units_ + u] =
          cell_before == nullptr ? 0.0F : cell * cell_before[u] * forget * (1.0F - forget);
      gate[2 * units_ + u] = cell * in * (1.0F - candidate * candidate);
      gate[3 * units_ + u] = output * shown * out * (1.0F - out);
    }
  }

  LstmOptions options_;
  std::int64_t units_;
  Shape input_row_;
  std::int64_t kernel_ = 0;
  std::int64_t recurrent_ = 0;
  std::int64_t bias_ = 0;
  std::int64_t rows_ = 0;
  std::int64_t time_ = 0;
  AlignedFloats gates_;
  AlignedFloats before_;  // the output one step earlier
  AlignedFloats cells_;
  AlignedFloats shown_;  // tanh of the cells
  AlignedFloats carried_output_;
  AlignedFloats carried_cell_;
};

std::unique_ptr<Layer> read_lstm(Params& params, const BuildContext& context) {
  LstmOptions options;
  options.units = params.need_integer("units", "width of the state", {1, 1 << 16});
  options.return_sequences =
      params.flag("return_sequences", false, "gives the state at every time, not only the last");
  options.unit_forget_bias = params.flag("unit_forget_bias", true, "forget gates start at 1");
  options.kernel_initializer = read_initialiser(
      params, "kernel_initializer", "first values of the kernel; default glorot_uniform", context);
  options.recurrent_initializer =
      read_initialiser(params, "recurrent_initializer",
                       "first values of the recurrent kernel; default orthogonal", context);
  options.l2 = static_cast<float>(
      params.number("l2", 0.0, "penalty l2 * sum(w^2) of both kernels added to the loss", {0.0}));
  return make_lstm(std::move(options));
}

}  // namespace

std::unique_ptr<Layer> make_lstm(LstmOptions options) {
  if (options.units < 1) throw ValueError("lstm: units must be at least 1");
  if (!options.kernel_initializer) {
    options.kernel_initializer = initialisers::make_glorot_uniform();
  }
  if (!options.recurrent_initializer) {
    options.recurrent_initializer = initialisers::make_orthogonal();
  }
  return std::make_unique<Lstm>(std::move(options));
}

LayerEntry lstm() {
  return {"lstm", "long short-term memory over sequences of (time, features)", &read_lstm};
}

}  // namespace trainwreck::layers
