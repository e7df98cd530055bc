#pragma once

#include <optional>

#include "engine/base/tensor.h"
#include "engine/model/label_shapes.h"
#include "trainwreck/loss.h"

namespace trainwreck {

// The shape that two shapes broadcast to as numpy does it: axes are matched from the last on, an
// axis of 1 takes on the other's extent. Nothing where they do not fit.
std::optional<Shape> broadcast_shape(const Shape& a, const Shape& b);
// Fills `out` with `from` repeated to `shape`; and the other way round, sums `from` to out's shape.
void expand_to(const Tensor& from, const Shape& shape, Tensor& out);
void reduce_to(const Tensor& from, Tensor& out);

// True when labels mean the same as the prediction, element by element: equal shapes, or one of
// them has one axis more, the last one, of extent 1.
bool same_elements(const Shape& prediction, const Shape& labels);
Shape without_last_axis(const Shape& shape);
// True when labels hold one class number for each line of the prediction's last axis.
bool one_per_line(const Shape& prediction, const Shape& labels);

// The one place where labels of another shape meet a prediction. Strict refuses them; broadcast
// does what Keras does. Its workspaces keep their capacity.
class LossEvaluator {
 public:
  // The loss, and (unless null) its gradient in the prediction's shape. Throws ShapeError that
  // names the loss, expected and actual.
  float compute(Loss& loss, LabelShapes choice, const Tensor& prediction, const Tensor& labels,
                const Tensor* row_weights, Tensor* gradient);

 private:
  float compute_broadcast(Loss& loss, const Tensor& prediction, const Tensor& labels,
                          const Tensor* row_weights, Tensor* gradient);

  Tensor prediction_;
  Tensor labels_;
  Tensor weights_;
  Tensor gradient_;
};

}  // namespace trainwreck
