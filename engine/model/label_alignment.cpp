#include "engine/model/label_alignment.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

using Strides = std::array<std::int64_t, Shape::kMaxRank>;

// How far to go in a tensor of `shape` for one step along each axis of `whole`: 0 where repeated.
Strides strides_within(const Shape& shape, const Shape& whole) {
  Strides strides{};
  std::int64_t step = 1;
  for (int axis = shape.rank(); axis-- > 0;) {
    const auto at = static_cast<std::size_t>(axis + whole.rank() - shape.rank());
    strides[at] = shape[axis] == 1 ? 0 : step;
    step *= shape[axis];
  }
  return strides;
}

// Calls visit(index in whole, index in part) for every element of `whole`.
template <class Visit>
void for_each_pair(const Shape& whole, const Shape& part, const Visit& visit) {
  const Strides strides = strides_within(part, whole);
  Strides at{};
  std::int64_t inside = 0;
  const std::int64_t size = whole.size();
  for (std::int64_t i = 0; i < size; ++i) {
    visit(i, inside);
    for (int axis = whole.rank(); axis-- > 0;) {
      const auto a = static_cast<std::size_t>(axis);
      inside += strides[a];
      if (++at[a] < whole[axis]) break;
      inside -= strides[a] * at[a];
      at[a] = 0;
    }
  }
}

std::string who(const Loss& loss) { return "loss \"" + std::string(loss.kind()) + "\": "; }

[[noreturn]] void refuse(const Loss& loss, const Shape& expected, const Shape& actual) {
  throw ShapeError(who(loss) + "expected labels of shape " + expected.text() + ", got " +
                   actual.text());
}

void check_weights(const Loss& loss, const Tensor* weights, std::int64_t rows) {
  if (weights == nullptr || (weights->rows() == rows && weights->size() == rows)) return;
  throw ShapeError(who(loss) + "expected sample weights of shape " + Shape{rows}.text() + ", got " +
                   weights->shape().text());
}

}  // namespace

std::optional<Shape> broadcast_shape(const Shape& a, const Shape& b) {
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape result = longer;
  for (int axis = 0; axis < shorter.rank(); ++axis) {
    const int at = axis + longer.rank() - shorter.rank();
    if (result[at] == 1) {
      result.set(at, shorter[axis]);
    } else if (shorter[axis] != 1 && shorter[axis] != result[at]) {
      return std::nullopt;
    }
  }
  return result;
}

void expand_to(const Tensor& from, const Shape& shape, Tensor& out) {
  out.resize(shape);
  for_each_pair(shape, from.shape(),
                [&](std::int64_t whole, std::int64_t part) { out[whole] = from[part]; });
}

void reduce_to(const Tensor& from, Tensor& out) {
  out.fill(0.0F);
  for_each_pair(from.shape(), out.shape(),
                [&](std::int64_t whole, std::int64_t part) { out[part] += from[whole]; });
}

Shape without_last_axis(const Shape& shape) {
  Shape result = shape.without_rows();  // one axis less; now every extent moves up
  for (int axis = 0; axis < result.rank(); ++axis) result.set(axis, shape[axis]);
  return result;
}

bool same_elements(const Shape& prediction, const Shape& labels) {
  if (prediction == labels) return true;
  const int more = prediction.rank() - labels.rank();
  if (more == 1) return prediction.back() == 1 && without_last_axis(prediction) == labels;
  if (more == -1) return labels.back() == 1 && without_last_axis(labels) == prediction;
  return false;
}

bool one_per_line(const Shape& prediction, const Shape& labels) {
  if (prediction.rank() == 0) return false;
  const Shape lines = without_last_axis(prediction);
  if (labels == lines) return true;
  return labels.rank() == prediction.rank() && labels.back() == 1 &&
         without_last_axis(labels) == lines;
}

float LossEvaluator::compute(Loss& loss, LabelShapes choice, const Tensor& prediction,
                             const Tensor& labels, const Tensor* row_weights, Tensor* gradient) {
  const LabelForm form = loss.label_form();
  if (form == LabelForm::class_index) {
    if (prediction.shape().rank() > 1 && !one_per_line(prediction.shape(), labels.shape())) {
      refuse(loss, without_last_axis(prediction.shape()), labels.shape());
    }
  } else if (!same_elements(prediction.shape(), labels.shape())) {
    if (form == LabelForm::like_prediction && choice == LabelShapes::broadcast) {
      return compute_broadcast(loss, prediction, labels, row_weights, gradient);
    }
    refuse(loss, prediction.shape(), labels.shape());
  }
  check_weights(loss, row_weights, prediction.rows());
  return loss.compute(prediction, labels, row_weights, gradient);
}

float LossEvaluator::compute_broadcast(Loss& loss, const Tensor& prediction, const Tensor& labels,
                                       const Tensor* row_weights, Tensor* gradient) {
  const std::optional<Shape> whole = broadcast_shape(prediction.shape(), labels.shape());
  if (!whole) {
    throw ShapeError(who(loss) + "labels of shape " + labels.shape().text() +
                     " do not broadcast against predictions of shape " + prediction.shape().text());
  }
  expand_to(prediction, *whole, prediction_);
  expand_to(labels, *whole, labels_);
  const Tensor* weights = row_weights;
  if (row_weights != nullptr && row_weights->size() == 1) {
    expand_to(*row_weights, Shape{prediction_.rows()}, weights_);
    weights = &weights_;
  }
  check_weights(loss, weights, prediction_.rows());
  const float value =
      loss.compute(prediction_, labels_, weights, gradient == nullptr ? nullptr : &gradient_);
  if (gradient != nullptr) {
    gradient->resize(prediction.shape());
    reduce_to(gradient_, *gradient);
  }
  return value;
}

}  // namespace trainwreck
