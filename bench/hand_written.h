#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/base/tensor.h"

// Training as one would write it by hand for one network, with Eigen and nothing else: no checks,
// no callbacks, nothing allocated in a step. What the engine is measured against.
namespace trainwreck::bench {

enum class Method { sgd, adam };

struct HandOptions {
  Method method = Method::sgd;
  std::int64_t batch_size = 32;
};

class HandWritten {
 public:
  virtual ~HandWritten() = default;
  // One epoch over whole batches, rows in this order or, where it is empty, in the data's own.
  // Returns the mean loss.
  virtual double epoch(const Tensor& x, const Tensor& y, std::span<const std::int64_t> order) = 0;
};

// 784-128-10, relu, softmax, cross-entropy of class numbers. Starts from these weights: kernel and
// bias of each layer, one after the other.
std::unique_ptr<HandWritten> hand_written_classifier(std::span<const float> weights,
                                                     const HandOptions& options);
// 10-16-1, relu, mean squared error.
std::unique_ptr<HandWritten> hand_written_regression(std::span<const float> weights,
                                                     const HandOptions& options);

}  // namespace trainwreck::bench
