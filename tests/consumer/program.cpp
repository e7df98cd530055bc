// A training loop that uses the library without any runner: their data, their callback, our engine.
#include <trainwreck/model.h>
#include <trainwreck/parts.h>
#include <trainwreck/trainer.h>

#include <cstdio>

#include "catalog_entries.h"

namespace {

template <class Product>
Product make(const trainwreck::Entry<Product>& entry, const trainwreck::Seams& seams) {
  const trainwreck::Catalogs catalogs = trainwreck::builtin_catalogs();
  trainwreck::Diagnostics complaints;
  trainwreck::Params params = trainwreck::Params::defaults(complaints);
  return entry.make(params, {.catalogs = catalogs, .seams = seams});
}

}  // namespace

int main() {
  namespace tw = trainwreck;
  tw::RealWorld world;
  const tw::Seams seams = world.seams();

  std::vector<std::unique_ptr<tw::Layer>> layers;
  layers.push_back(tw::layers::make_dense({.units = 1}));
  tw::Model model(std::move(layers), 7);
  model.compile(tw::optimizers::make_sgd(), tw::losses::make_mse(), {});

  tw::FitOptions options;
  options.callbacks.push_back(make(shop::callbacks::step_counter(), seams));
  tw::Trainer trainer(model, seams);
  const tw::FitResult result = trainer.fit(*make(shop::data::price_ticks(), seams), options);

  const std::string status(tw::name_of(result.status));
  const std::string reason = result.stop ? result.stop->reason : "nobody asked";
  std::printf("%s after %d steps: %s\n", status.c_str(), static_cast<int>(result.steps),
              reason.c_str());
  return 0;
}
