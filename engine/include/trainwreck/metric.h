#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/tensor.h"
#include "engine/model/label_shapes.h"
#include "trainwreck/entry.h"

namespace trainwreck {

enum class Direction : std::uint8_t { lower_is_better, higher_is_better };

// A running figure over the batches since reset, weighted by rows (and by sample weights). Labels
// arrive as the data source gave them. A model owns it; one thread at a time. What state() gives is
// all that there is: after restore() of it everything goes on with the same bits.
class Metric {
 public:
  virtual ~Metric() = default;
  virtual std::string_view name() const = 0;  // the key in the logs
  virtual Direction direction() const = 0;
  virtual void reset() = 0;
  // Throws ShapeError, with the metric's name, expected and actual, for labels that update would
  // refuse: asked before a step changes any weight.
  virtual void check(const Shape& /*prediction*/, const Shape& /*labels*/) const {}
  virtual void update(const Tensor& prediction, const Tensor& labels,
                      const Tensor* row_weights) = 0;
  virtual double result() const = 0;  // 0 before the first update
  // Everything since reset as numbers, and back: for an evaluation that must not disturb a running
  // epoch, and for a run that goes on in the middle of one.
  virtual std::vector<double> state() const = 0;
  virtual void restore(std::span<const double> state) = 0;

  // What becomes of labels of another shape; strict unless the loop's policy says otherwise.
  void set_label_shapes(LabelShapes choice) { label_shapes_ = choice; }

 protected:
  LabelShapes label_shapes() const { return label_shapes_; }

 private:
  LabelShapes label_shapes_ = LabelShapes::strict;
};

using MetricEntry = Entry<std::unique_ptr<Metric>>;
std::span<const MetricEntry> builtin_metrics();

}  // namespace trainwreck
