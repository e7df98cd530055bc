#include "engine/model/optimizer_options.h"

#include "engine/base/errors.h"
#include "engine/catalogs.h"

namespace trainwreck {
namespace {

constexpr NumberRange kFiniteFromZero{0.0, 1e30};
constexpr const char* kOneClipping =
    "only one of \"clipnorm\", \"global_clipnorm\" and \"clipvalue\" can be given";

int count_of(const Clipping& clipping) {
  return int{clipping.norm.has_value()} + int{clipping.global_norm.has_value()} +
         int{clipping.value.has_value()};
}

std::optional<float> read_limit(Params& params, std::string_view key, std::string_view help) {
  const std::optional<double> limit = params.maybe_number(key, help, kFiniteFromZero);
  if (!limit) return std::nullopt;
  if (*limit > 0.0) return static_cast<float>(*limit);
  params.complain(key, "must be greater than 0");
  return std::nullopt;
}

}  // namespace

LearningRate read_learning_rate(Params& params, float fallback, const BuildContext& context) {
  constexpr std::string_view kKey = "learning_rate";
  if (params.has(kKey)) {
    Params value = params.child(kKey);
    if (value.is_object() || value.is_text()) {
      return {fallback, make_from<std::unique_ptr<Schedule>, BuildContext>(
                            context.catalogs.schedules, value, context)};
    }
  }
  const double rate = params.number(kKey, static_cast<double>(fallback),
                                    "size of a step: a number or a schedule", kFiniteFromZero);
  return {static_cast<float>(rate)};
}

Clipping read_clipping(Params& params) {
  Clipping clipping;
  clipping.norm = read_limit(params, "clipnorm", "longest gradient of a single parameter");
  clipping.global_norm =
      read_limit(params, "global_clipnorm", "longest gradient of all parameters together");
  clipping.value = read_limit(params, "clipvalue", "largest element of a gradient");
  if (count_of(clipping) > 1) {
    params.complain(kOneClipping);
    return {};
  }
  return clipping;
}

double read_decay(Params& params, std::string_view key, double fallback, std::string_view help) {
  return params.number(key, fallback, help, {0.0, 1.0});
}

float read_epsilon(Params& params) {
  return static_cast<float>(
      params.number("epsilon", 1e-7, "keeps the division from blowing up", kFiniteFromZero));
}

void check_clipping(const Clipping& clipping) {
  if (count_of(clipping) > 1) throw ValueError(kOneClipping);
  for (const std::optional<float>& limit : {clipping.norm, clipping.global_norm, clipping.value}) {
    if (limit && !(*limit > 0.0F)) throw ValueError("a clipping limit must be greater than 0");
  }
}

}  // namespace trainwreck
