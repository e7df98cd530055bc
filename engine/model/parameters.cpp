#include "engine/model/parameters.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace trainwreck {

std::int64_t Parameters::add(ParameterInfo info) {
  TRAINWRECK_CHECK(info.shape.size() >= 0, "a parameter's shape must be known");
  TRAINWRECK_CHECK(find(info.name) == nullptr, "two parameters of one name");
  info.offset = size();
  info.size = info.shape.size();
  const auto total = static_cast<std::size_t>(info.offset + info.size);
  values_.resize(total);
  gradients_.resize(total);
  infos_.push_back(std::move(info));
  return infos_.back().offset;
}

const ParameterInfo* Parameters::find(std::string_view name) const {
  const auto found = std::find_if(infos_.begin(), infos_.end(),
                                  [name](const ParameterInfo& info) { return info.name == name; });
  return found == infos_.end() ? nullptr : &*found;
}

namespace {

template <class Floats>
auto part_of(Floats& floats, const ParameterInfo& info) {
  return std::span(floats).subspan(static_cast<std::size_t>(info.offset),
                                   static_cast<std::size_t>(info.size));
}

}  // namespace

std::span<float> Parameters::values_of(const ParameterInfo& info) { return part_of(values_, info); }

std::span<const float> Parameters::values_of(const ParameterInfo& info) const {
  return part_of(values_, info);
}

std::span<float> Parameters::gradients_of(const ParameterInfo& info) {
  return part_of(gradients_, info);
}

std::span<const float> Parameters::gradients_of(const ParameterInfo& info) const {
  return part_of(gradients_, info);
}

}  // namespace trainwreck
