#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/logs.h"

namespace trainwreck {

class Model;
class Tensor;

// The running loss and metrics since reset: what batch and epoch logs hold. The loss is the mean
// over rows, not over batches.
class RunningMetrics {
 public:
  explicit RunningMetrics(Model& model);
  // False once the model was compiled with metrics of other names.
  bool fits() const;

  void reset();
  // A loss alone, from a step that is not ours.
  void add_loss(double loss, std::int64_t rows);
  void add(double loss, const Tensor& prediction, const Tensor& labels, const Tensor* row_weights);
  // Sorted by name; keys stay, values move. Empty before the first add.
  void write(Logs& logs);

  // Everything since reset, and back.
  std::vector<double> state() const;
  void restore(const std::vector<double>& state);

 private:
  Model& model_;
  LogKey loss_key_;
  std::vector<std::size_t> places_;  // in the logs: the loss first, then each metric
  Logs layout_;
  double loss_sum_ = 0.0;
  double rows_ = 0.0;
};

}  // namespace trainwreck
