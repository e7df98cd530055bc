#include "bench/hand_written.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

namespace trainwreck::bench {
namespace {

using Eigen::Index;
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::RowVectorXf;
using Flat = Eigen::Map<Eigen::ArrayXf>;

// One parameter: its values, its gradient and, for Adam, what is remembered of it.
template <class Values>
struct Parameter {
  Values value;
  Values gradient;
  Values momentum;
  Values velocity;

  void start(const float* from, Index rows, Index columns) {
    value = Eigen::Map<const Values>(from, rows, columns);
    gradient = momentum = velocity = Values::Zero(rows, columns);
  }

  void descend() { value.noalias() -= 0.01F * gradient; }

  // In runs that stay in the first cache from one line to the next.
  void descend_adam(float rate) {
    constexpr Index kRun = 512;
    for (Index at = 0; at < value.size(); at += kRun) {
      const Index count = std::min(kRun, value.size() - at);
      const Flat g(gradient.data() + at, count);
      Flat m(momentum.data() + at, count);
      Flat v(velocity.data() + at, count);
      m += 0.1F * (g - m);
      v += 0.001F * (g.square() - v);
      Flat(value.data() + at, count) -= rate * m / (v.sqrt() + 1e-7F);
    }
  }
};

struct Layer {
  Parameter<Matrix> kernel;
  Parameter<Vector> bias;
};

// Turns the output into the gradient of its loss before the last activation; returns the summed
// loss.
using OutputStep = float (*)(Matrix& output, const float* labels);

float softmax_crossentropy(Matrix& output, const float* labels) {
  float loss = 0.0F;
  const float share = 1.0F / static_cast<float>(output.rows());
  for (Index i = 0; i < output.rows(); ++i) {
    auto row = output.row(i).array();
    const auto label = static_cast<Index>(labels[i]);
    const float top = row.maxCoeff();
    const float right = row[label] - top;
    row = (row - top).exp();
    const float sum = row.sum();
    loss += std::log(sum) - right;
    row *= share / sum;
    row[label] -= share;
  }
  return loss;
}

float squared_error(Matrix& output, const float* labels) {
  output -= Eigen::Map<const Matrix>(labels, output.rows(), output.cols());
  const float loss = output.squaredNorm();
  output *= 2.0F / static_cast<float>(output.size());
  return loss;
}

struct Sizes {
  Index rows, inputs, hidden, outputs;
};

class TwoLayers final : public HandWritten {
 public:
  TwoLayers(const float* weights, const Sizes& n, Method method, OutputStep output_step)
      : n_(n),
        method_(method),
        output_step_(output_step),
        hidden_(n.rows, n.hidden),
        hidden_gradient_(n.rows, n.hidden),
        output_(n.rows, n.outputs),
        batch_x_(n.rows, n.inputs),
        batch_y_(n.rows) {
    first_.kernel.start(weights, n.inputs, n.hidden);
    weights += n.inputs * n.hidden;
    first_.bias.start(weights, 1, n.hidden);
    weights += n.hidden;
    second_.kernel.start(weights, n.hidden, n.outputs);
    second_.bias.start(weights + n.hidden * n.outputs, 1, n.outputs);
  }

  double epoch(const Tensor& x, const Tensor& y, std::span<const std::int64_t> order) override {
    double loss = 0.0;
    const Index batches = x.rows() / n_.rows;
    for (Index batch = 0; batch < batches; ++batch) {
      const float* batch_x = x.data() + batch * n_.rows * n_.inputs;
      const float* batch_y = y.data() + batch * n_.rows;
      if (!order.empty()) {
        gather(x, y, order.data() + batch * n_.rows);
        batch_x = batch_x_.data();
        batch_y = batch_y_.data();
      }
      loss += static_cast<double>(step({batch_x, n_.rows, n_.inputs}, batch_y));
    }
    return loss / static_cast<double>(batches * n_.rows);
  }

 private:
  void gather(const Tensor& x, const Tensor& y, const std::int64_t* rows) {
    for (Index i = 0; i < n_.rows; ++i) {
      std::copy_n(x.data() + rows[i] * n_.inputs, n_.inputs, batch_x_.data() + i * n_.inputs);
      batch_y_[i] = y[rows[i]];
    }
  }

  float step(const Eigen::Map<const Matrix>& x, const float* labels) {
    hidden_.noalias() = x * first_.kernel.value;
    for (Index i = 0; i < n_.rows; ++i) {
      hidden_.row(i) = (hidden_.row(i) + first_.bias.value).cwiseMax(0.0F);
    }
    output_.noalias() = hidden_ * second_.kernel.value;
    for (Index i = 0; i < n_.rows; ++i) output_.row(i) += second_.bias.value;
    const float loss = output_step_(output_, labels);

    second_.kernel.gradient.noalias() = hidden_.transpose() * output_;
    sum_rows(output_, second_.bias.gradient);
    hidden_gradient_.noalias() = output_ * second_.kernel.value.transpose();
    hidden_gradient_ = (hidden_.array() > 0.0F).select(hidden_gradient_, 0.0F);
    first_.kernel.gradient.noalias() = x.transpose() * hidden_gradient_;
    sum_rows(hidden_gradient_, first_.bias.gradient);

    if (method_ == Method::sgd) {
      each_parameter([](auto& parameter) { parameter.descend(); });
    } else {
      power_1_ *= 0.9;
      power_2_ *= 0.999;
      const auto rate = static_cast<float>(0.001 * std::sqrt(1.0 - power_2_) / (1.0 - power_1_));
      each_parameter([rate](auto& parameter) { parameter.descend_adam(rate); });
    }
    return loss;
  }

  static void sum_rows(const Matrix& values, Vector& sums) {
    sums = values.row(0);
    for (Index i = 1; i < values.rows(); ++i) sums += values.row(i);
  }

  template <class Visit>
  void each_parameter(const Visit& visit) {
    visit(first_.kernel);
    visit(first_.bias);
    visit(second_.kernel);
    visit(second_.bias);
  }

  Sizes n_;
  Method method_;
  OutputStep output_step_;
  Layer first_;
  Layer second_;
  Matrix hidden_;
  Matrix hidden_gradient_;
  Matrix output_;
  Matrix batch_x_;
  Vector batch_y_;
  double power_1_ = 1.0;
  double power_2_ = 1.0;
};

}  // namespace

std::unique_ptr<HandWritten> hand_written_classifier(std::span<const float> weights,
                                                     const HandOptions& options) {
  return std::make_unique<TwoLayers>(weights.data(), Sizes{options.batch_size, 784, 128, 10},
                                     options.method, softmax_crossentropy);
}

std::unique_ptr<HandWritten> hand_written_regression(std::span<const float> weights,
                                                     const HandOptions& options) {
  return std::make_unique<TwoLayers>(weights.data(), Sizes{options.batch_size, 10, 16, 1},
                                     options.method, squared_error);
}

}  // namespace trainwreck::bench
