#pragma once

#include <memory>
#include <string_view>

#include "engine/base/tensor.h"
#include "trainwreck/entry.h"

namespace trainwreck {

// What a loss wants its labels to look like.
enum class LabelForm : std::uint8_t {
  like_prediction,           // the prediction's shape; a policy may broadcast other shapes to it
  strictly_like_prediction,  // the prediction's shape, and nothing else ever
  class_index                // one integer per row, in [0, width)
};

// The mean over rows of a per-row loss. Labels arrive in the form asked for: aligning them is the
// caller's work (label_alignment.h), so a loss never broadcasts. A model owns it; one thread at a
// time. The same arguments give the same bits: a loss keeps nothing from batch to batch.
class Loss {
 public:
  virtual ~Loss() = default;
  virtual std::string_view kind() const = 0;
  virtual LabelForm label_form() const { return LabelForm::like_prediction; }
  // sum_i(weight_i * loss_i) / rows, where loss_i is the mean over the row's elements; weights may
  // be null (all one). Writes the gradient with respect to the prediction unless that is null.
  // Throws BadBatch for a class index that is out of range or no integer.
  virtual float compute(const Tensor& prediction, const Tensor& labels, const Tensor* row_weights,
                        Tensor* gradient) = 0;
};

using LossEntry = Entry<std::unique_ptr<Loss>>;
std::span<const LossEntry> builtin_losses();

}  // namespace trainwreck
