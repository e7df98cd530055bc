#include "engine/combine/maps.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "engine/base/errors.h"
#include "engine/base/random.h"
#include "engine/base/text.h"

namespace trainwreck {

namespace {

std::int64_t class_of(const char* who, const Tensor& y, std::int64_t row, std::int64_t classes) {
  const float label = y[row];
  if (label >= 0.0F && label < static_cast<float>(classes) && label == std::floor(label)) {
    return static_cast<std::int64_t>(label);
  }
  throw BadBatch(fmt::format("{}: row {} has the label {}, which is no class of 0 to {}", who, row,
                             number_text(label), classes - 1));
}

void need_class_numbers(const char* who, const Tensor& y) {
  if (y.present() && y.row_size() == 1) return;
  throw ShapeError(fmt::format("{}: labels must be one class number per row, got {}", who,
                               y.present() ? "shape " + y.shape().text() : "none"));
}

}  // namespace

Pipeline::Map scale(float factor) {
  return [factor](Batch& batch, const Pipeline::Element& /*element*/) {
    for (float& value : batch.x.values()) value *= factor;
  };
}

Pipeline::Map shift(float by) {
  return [by](Batch& batch, const Pipeline::Element& /*element*/) {
    for (float& value : batch.x.values()) value += by;
  };
}

Pipeline::Map one_hot(std::int64_t classes) {
  return [classes](Batch& batch, const Pipeline::Element& /*element*/) {
    need_class_numbers("one_hot", batch.y);
    Tensor wide(Shape{batch.y.rows(), classes});
    for (std::int64_t row = 0; row < batch.y.rows(); ++row) {
      wide[row * classes + class_of("one_hot", batch.y, row, classes)] = 1.0F;
    }
    batch.y = std::move(wide);
  };
}

Pipeline::Map flip_labels(std::int64_t classes, double fraction) {
  return [classes, fraction](Batch& batch, const Pipeline::Element& element) {
    need_class_numbers("flip_labels", batch.y);
    const bool named = static_cast<std::int64_t>(batch.samples.size()) == batch.y.rows();
    for (std::int64_t row = 0; row < batch.y.rows(); ++row) {
      const std::int64_t sample =
          named ? batch.samples[static_cast<std::size_t>(row)] : element.index;
      const Random random(element.pass.seed, Purpose::noise, 0, sample);
      const auto draw = named ? 0U : static_cast<std::uint64_t>(row);
      if (static_cast<double>(random.uniform(draw)) >= fraction) continue;
      const std::int64_t label = class_of("flip_labels", batch.y, row, classes);
      batch.y[row] = static_cast<float>((label + 1) % classes);
    }
  };
}

Pipeline::Map read_map(Params& params) {
  constexpr std::array<std::string_view, 4> kNames{"flip_labels", "one_hot", "scale", "shift"};
  constexpr IntegerRange kClasses{2, 1 << 20};
  const std::string kind = kind_of(params);
  Pipeline::Map map;
  if (kind == "scale") {
    map = scale(static_cast<float>(params.need_number("factor", "what x is multiplied by")));
  } else if (kind == "shift") {
    map = shift(static_cast<float>(params.need_number("by", "what is added to x")));
  } else if (kind == "one_hot") {
    map = one_hot(params.need_integer("classes", "width of a row of labels", kClasses));
  } else if (kind == "flip_labels") {
    const std::int64_t classes = params.need_integer("classes", "how many there are", kClasses);
    map = flip_labels(classes, params.number("fraction", 1.0, "share of the labels", {0.0, 1.0}));
  } else {
    complain_unknown_kind(params, kind, kNames);
    return nullptr;
  }
  params.reject_unknown_keys();
  return map;
}

}  // namespace trainwreck
