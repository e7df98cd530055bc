#include "tests/observations/told_in_code.h"

#include "engine/base/errors.h"
#include "engine/callbacks/reduce_lr_on_plateau.h"
#include "engine/seams/seams.h"
#include "engine/sources/array_source.h"
#include "trainwreck/model.h"
#include "trainwreck/parts.h"
#include "trainwreck/trainer.h"

namespace trainwreck::testing {

const std::vector<ToldInCode>& told_in_code() {
  static const std::vector<ToldInCode> all = {
      {"10_arrays_rows_mismatch",
       [] {
         ArraySource source(ArrayData{Tensor({160, 1}), Tensor({150, 1}), {}}, {});
       }},
      {"16_factor1", [] { ReduceLROnPlateau callback({.factor = 1.0}); }},
  };
  return all;
}

namespace {

std::shared_ptr<Model> small_model(bool compiled) {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = 1}));
  auto model = std::make_shared<Model>(std::move(layers), 7);
  if (compiled) model->compile(optimizers::make_sgd(), losses::make_mse(), {});
  return model;
}

// Throws what fit throws, or what the run came to.
void fit_in_keras(Model& model, const FitOptions& options) {
  RealWorld world;
  Trainer trainer(model, world.seams(), keras());
  ArraySource data(ArrayData{Tensor({4, 1}), Tensor({4, 1}), {}}, {});
  trainer.fit(data, options).rethrow();
}

}  // namespace

const std::vector<RuleInCode>& rules_in_code() {
  static const std::vector<RuleInCode> all = {
      {"None among the callbacks", "AttributeError",
       [] { fit_in_keras(*small_model(true), {.callbacks = {nullptr}}); }},
      {"fit of a model that is not compiled", "ValueError",
       [] { fit_in_keras(*small_model(false), {}); }},
  };
  return all;
}

std::string difference_in_code(const Facts& observed, const std::function<void()>& act,
                               const Rules& rules) {
  if (!observed.events.empty() || !observed.files.empty() || !observed.epochs.items.empty()) {
    return "more was observed than an error";
  }
  try {
    act();
  } catch (const std::exception& error) {
    return error_difference(std::string(error_name(error)), observed.raised, rules);
  }
  return error_difference("nothing", observed.raised, rules);
}

}  // namespace trainwreck::testing
