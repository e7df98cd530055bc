#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/tensor.h"
#include "engine/kernels/aligned_floats.h"

namespace trainwreck {

// Where one named parameter lies in the flat buffers of a model.
struct ParameterInfo {
  std::string name;  // "dense/kernel"
  Shape shape;
  std::int64_t offset = 0;
  std::int64_t size = 0;
  float l2 = 0.0F;  // penalty l2 * sum(w^2), added to the loss
};

// All weights of a model in one buffer and all their gradients in another, so that an optimizer, a
// snapshot, a digest or a finiteness check is one pass over contiguous floats.
class Parameters {
 public:
  // Returns the offset. Only while the model is being built.
  std::int64_t add(ParameterInfo info);

  std::span<float> values() { return values_; }
  std::span<const float> values() const { return values_; }
  std::span<float> gradients() { return gradients_; }
  std::span<const float> gradients() const { return gradients_; }
  std::span<const ParameterInfo> infos() const { return infos_; }
  const ParameterInfo* find(std::string_view name) const;
  std::span<float> values_of(const ParameterInfo& info);
  std::span<const float> values_of(const ParameterInfo& info) const;
  std::span<float> gradients_of(const ParameterInfo& info);
  std::span<const float> gradients_of(const ParameterInfo& info) const;
  std::int64_t size() const { return static_cast<std::int64_t>(values_.size()); }
  std::int64_t bytes() const { return size() * static_cast<std::int64_t>(sizeof(float)); }

 private:
  std::vector<ParameterInfo> infos_;
  AlignedFloats values_;
  AlignedFloats gradients_;
};

}  // namespace trainwreck
