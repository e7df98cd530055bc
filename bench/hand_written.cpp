#include "bench/hand_written.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

namespace trainwreck::bench {
namespace {

using Eigen::Dynamic;
using Flat = Eigen::Map<Eigen::ArrayXf>;
using ConstFlat = Eigen::Map<const Eigen::ArrayXf>;

// A size that the compiler knows, or a number.
template <int Rows, int Columns>
using Matrix =
    Eigen::Matrix<float, Rows, Columns, Columns == 1 ? Eigen::ColMajor : Eigen::RowMajor>;
template <int Columns>
using Row = Eigen::Map<Eigen::Array<float, 1, Columns>>;
template <int Columns>
using ConstRow = Eigen::Map<const Eigen::Array<float, 1, Columns>>;

class Update {
 public:
  Update(Method method, std::size_t size) : method_(method) {
    if (method == Method::adam) {
      momentum_.assign(size, 0.0F);
      velocity_.assign(size, 0.0F);
    }
  }

  void operator()(std::vector<float>& weights, const std::vector<float>& gradients) {
    const auto size = static_cast<Eigen::Index>(weights.size());
    if (method_ == Method::sgd) {
      Flat(weights.data(), size) -= 0.01F * ConstFlat(gradients.data(), size);
      return;
    }
    power_1_ *= 0.9;
    power_2_ *= 0.999;
    const auto rate = static_cast<float>(0.001 * std::sqrt(1.0 - power_2_) / (1.0 - power_1_));
    constexpr Eigen::Index kRun = 512;  // stays in the first cache from one line to the next
    for (Eigen::Index at = 0; at < size; at += kRun) {
      const Eigen::Index count = std::min(kRun, size - at);
      const ConstFlat g(gradients.data() + at, count);
      Flat m(momentum_.data() + at, count);
      Flat v(velocity_.data() + at, count);
      m += 0.1F * (g - m);
      v += 0.001F * (g.square() - v);
      Flat(weights.data() + at, count) -= rate * m / (v.sqrt() + 1e-7F);
    }
  }

 private:
  Method method_;
  std::vector<float> momentum_;
  std::vector<float> velocity_;
  double power_1_ = 1.0;
  double power_2_ = 1.0;
};

// The output becomes the gradient of its loss before the last activation; returns the summed loss.
struct SoftmaxCrossentropy {
  template <int Width>
  static float output(float* values, const float* labels, Eigen::Index rows, Eigen::Index width) {
    float loss = 0.0F;
    const float share = 1.0F / static_cast<float>(rows);
    for (Eigen::Index i = 0; i < rows; ++i) {
      Row<Width> row(values + i * width, width);
      const auto label = static_cast<Eigen::Index>(labels[i]);
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
};

struct SquaredError {
  template <int Width>
  static float output(float* values, const float* labels, Eigen::Index rows, Eigen::Index width) {
    Flat difference(values, rows * width);
    difference -= ConstFlat(labels, rows * width);
    const float loss = difference.square().sum();
    difference *= 2.0F / static_cast<float>(rows * width);
    return loss;
  }
};

// Products that are worth packing, and those that are not.
struct Blocked {
  template <class To, class A, class B>
  static void product(To&& to, const A& a, const B& b) {
    to.noalias() = a * b;
  }
};
struct Direct {
  template <class To, class A, class B>
  static void product(To&& to, const A& a, const B& b) {
    to.noalias() = a.lazyProduct(b);
  }
};

struct Sizes {
  Eigen::Index rows, inputs, hidden, outputs;
};

template <int Rows, int Inputs, int Hidden, int Outputs, class Loss, class Products>
class TwoLayers final : public HandWritten {
 public:
  TwoLayers(std::span<const float> weights, const Sizes& n, Method method)
      : n_(n),
        weights_(weights.begin(), weights.end()),
        gradients_(weights.size()),
        hidden_(n.rows, n.hidden),
        hidden_gradient_(n.rows, n.hidden),
        output_(n.rows, n.outputs),
        batch_x_(static_cast<std::size_t>(n.rows * n.inputs)),
        batch_y_(static_cast<std::size_t>(n.rows)),
        update_(method, weights.size()) {}

  double epoch(const Tensor& x, const Tensor& y, std::span<const std::int64_t> order) override {
    double loss = 0.0;
    const Eigen::Index batches = x.rows() / n_.rows;
    for (Eigen::Index batch = 0; batch < batches; ++batch) {
      const float* batch_x = x.data() + batch * n_.rows * n_.inputs;
      const float* batch_y = y.data() + batch * n_.rows;
      if (!order.empty()) {
        gather(x, y, order.data() + batch * n_.rows);
        batch_x = batch_x_.data();
        batch_y = batch_y_.data();
      }
      loss += static_cast<double>(step(batch_x, batch_y));
    }
    return loss / static_cast<double>(batches * n_.rows);
  }

 private:
  void gather(const Tensor& x, const Tensor& y, const std::int64_t* rows) {
    for (Eigen::Index i = 0; i < n_.rows; ++i) {
      std::copy_n(x.data() + rows[i] * n_.inputs, n_.inputs, batch_x_.data() + i * n_.inputs);
      batch_y_[static_cast<std::size_t>(i)] = y[rows[i]];
    }
  }

  float step(const float* batch_x, const float* labels) {
    float* w = weights_.data();
    float* g = gradients_.data();
    const Eigen::Index bias_1 = n_.inputs * n_.hidden;
    const Eigen::Index kernel_2 = bias_1 + n_.hidden;
    const Eigen::Index bias_2 = kernel_2 + n_.hidden * n_.outputs;
    const Eigen::Map<const Matrix<Rows, Inputs>> x(batch_x, n_.rows, n_.inputs);
    const Eigen::Map<const Matrix<Inputs, Hidden>> first(w, n_.inputs, n_.hidden);
    const Eigen::Map<const Matrix<Hidden, Outputs>> second(w + kernel_2, n_.hidden, n_.outputs);

    Products::product(hidden_, x, first);
    const ConstRow<Hidden> shift_1(w + bias_1, n_.hidden);
    for (Eigen::Index i = 0; i < n_.rows; ++i) {
      Row<Hidden> row(hidden_.data() + i * n_.hidden, n_.hidden);
      row = (row + shift_1).max(0.0F);
    }
    Products::product(output_, hidden_, second);
    const ConstRow<Outputs> shift_2(w + bias_2, n_.outputs);
    for (Eigen::Index i = 0; i < n_.rows; ++i) {
      Row<Outputs>(output_.data() + i * n_.outputs, n_.outputs) += shift_2;
    }

    const float loss = Loss::template output<Outputs>(output_.data(), labels, n_.rows, n_.outputs);

    Eigen::Map<Matrix<Hidden, Outputs>> second_gradient(g + kernel_2, n_.hidden, n_.outputs);
    Products::product(second_gradient, hidden_.transpose(), output_);
    sum_rows<Outputs>(output_.data(), g + bias_2, n_.outputs);
    Products::product(hidden_gradient_, output_, second.transpose());
    hidden_gradient_.array() = (hidden_.array() > 0.0F).select(hidden_gradient_.array(), 0.0F);
    Eigen::Map<Matrix<Inputs, Hidden>> first_gradient(g, n_.inputs, n_.hidden);
    Products::product(first_gradient, x.transpose(), hidden_gradient_);
    sum_rows<Hidden>(hidden_gradient_.data(), g + bias_1, n_.hidden);

    update_(weights_, gradients_);
    return loss;
  }

  template <int Width>
  void sum_rows(const float* values, float* sums, Eigen::Index width) const {
    Row<Width> total(sums, width);
    total = ConstRow<Width>(values, width);
    for (Eigen::Index i = 1; i < n_.rows; ++i) total += ConstRow<Width>(values + i * width, width);
  }

  Sizes n_;
  std::vector<float> weights_;
  std::vector<float> gradients_;
  Matrix<Rows, Hidden> hidden_;
  Matrix<Rows, Hidden> hidden_gradient_;
  Matrix<Rows, Outputs> output_;
  std::vector<float> batch_x_;
  std::vector<float> batch_y_;
  Update update_;
};

}  // namespace

std::unique_ptr<HandWritten> hand_written_classifier(std::span<const float> weights,
                                                     HandOptions options) {
  using Net = TwoLayers<Dynamic, Dynamic, Dynamic, Dynamic, SoftmaxCrossentropy, Blocked>;
  return std::make_unique<Net>(weights, Sizes{options.batch_size, 784, 128, 10}, options.method);
}

std::unique_ptr<HandWritten> hand_written_regression(std::span<const float> weights,
                                                     HandOptions options) {
  using Net = TwoLayers<Dynamic, Dynamic, Dynamic, Dynamic, SquaredError, Direct>;
  return std::make_unique<Net>(weights, Sizes{options.batch_size, 10, 16, 1}, options.method);
}

std::unique_ptr<HandWritten> hand_written_fixed_regression(std::span<const float> weights,
                                                           HandOptions options) {
  using Net = TwoLayers<8, 10, 16, 1, SquaredError, Direct>;
  return std::make_unique<Net>(weights, Sizes{options.batch_size, 10, 16, 1}, options.method);
}

}  // namespace trainwreck::bench
