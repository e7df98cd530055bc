#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/random.h"
#include "engine/model/label_alignment.h"
#include "trainwreck/entry.h"
#include "trainwreck/model.h"

// What tests of models share.
namespace trainwreck::testing {

template <class... Layers>
std::vector<std::unique_ptr<Layer>> stack(Layers... layers) {
  std::vector<std::unique_ptr<Layer>> result;
  (result.push_back(std::move(layers)), ...);
  return result;
}

inline Tensor random_tensor(const Shape& shape, std::uint64_t seed, float low = -1.0F,
                            float high = 1.0F) {
  Tensor tensor(shape);
  const Random random(seed, Purpose::user);
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    tensor[i] = random.uniform(static_cast<std::uint64_t>(i), low, high);
  }
  return tensor;
}

// The entries of a catalog that no case of a table makes: a new one belongs into the table too.
template <class Product, std::size_t kCases, class Case>
std::vector<std::string> left_out(std::span<const Entry<Product>> catalog,
                                  const Case (&cases)[kCases]) {
  std::vector<std::string> names;
  for (const Entry<Product>& entry : catalog) {
    const bool found = std::any_of(std::begin(cases), std::end(cases), [&](const Case& one) {
      return one.make()->kind() == entry.name;
    });
    if (!found) names.emplace_back(entry.name);
  }
  return names;
}

// The smallest training loop: what a step of fit does, and nothing else.
class Loop {
 public:
  explicit Loop(Model& model) : model_(model) {}

  float step(const Tensor& x, const Tensor& y, const Tensor* weights = nullptr) {
    const PassInfo info{.training = true, .epoch = 0, .batch = batch_++};
    const Tensor& prediction = model_.forward(x, info);
    const float loss = evaluator_.compute(model_.loss(), LabelShapes::strict, prediction, y,
                                          weights, &model_.output_gradient()) +
                       model_.penalty();
    model_.backward(x);
    model_.optimizer().step(model_.parameters());
    return loss;
  }

 private:
  Model& model_;
  LossEvaluator evaluator_;
  std::int64_t batch_ = 0;
};

}  // namespace trainwreck::testing
