#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "engine/base/errors.h"
#include "tests/engine/model/part_builder.h"
#include "tests/engine/model/small_models.h"
#include "tests/engine/sources/support.h"
#include "trainwreck/model.h"

// What tests of single layers share.
namespace trainwreck::testing {

// A model of this layer alone, built for such rows.
inline Model alone(std::unique_ptr<Layer> layer, const Shape& row) {
  Model model(stack(std::move(layer)), 1);
  model.build(row);
  return model;
}

inline void set_weights(Model& model, std::string_view name, const std::vector<float>& values) {
  Parameters& parameters = model.parameters();
  const auto place = parameters.values_of(*parameters.find(name));
  ASSERT_EQ(place.size(), values.size()) << name;
  std::copy(values.begin(), values.end(), place.begin());
}

inline std::span<const float> weights_of(const Model& model, std::string_view name) {
  return model.parameters().values_of(*model.parameters().find(name));
}

// What building for these rows complains about, without the layer's name.
inline std::string build_error(std::unique_ptr<Layer> layer, const Shape& row) {
  const std::string error = error_of<ShapeError>([&] { alone(std::move(layer), row); });
  const std::size_t colon = error.find("): ");
  return colon == std::string::npos ? error : error.substr(colon + 3);
}

}  // namespace trainwreck::testing
