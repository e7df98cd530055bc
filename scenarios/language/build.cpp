#include "scenarios/language/build.h"

#include "engine/base/check.h"
#include "engine/layers/layers.h"
#include "engine/seams/seams.h"
#include "faults/inject/trigger.h"
#include "scenarios/language/read_parts.h"

namespace trainwreck {
namespace {

// Reads a part with `read`, which must not complain.
template <class Read>
auto built(const Part& part, Read&& read) {
  Diagnostics mistakes;
  Params params = Params::over(part.value, part.pointer, mistakes);
  auto product = read(params);
  TRAINWRECK_CHECK(mistakes.empty(), mistakes.front().pointer + " " + mistakes.front().message);
  return product;
}

template <class Product, class Context>
Product entry(std::span<const Entry<Product, Context>> catalog, const Part& part,
              const Context& context) {
  return built(part, [&](Params& params) { return make_from(catalog, params, context); });
}

}  // namespace

std::unique_ptr<Model> build_model(const Setup& setup, const BuildContext& context) {
  const Catalogs& catalogs = context.catalogs;
  std::vector<std::unique_ptr<Layer>> layers;
  for (const Part& part : setup.layers) {
    layers.push_back(entry<std::unique_ptr<Layer>, BuildContext>(catalogs.layers, part, context));
  }
  // A story that only checks data names no model; the others can still rely on there being one.
  if (layers.empty()) layers.push_back(layers::make_flatten());
  auto model = std::make_unique<Model>(std::move(layers), setup.seed);
  std::vector<std::unique_ptr<Metric>> metrics;
  for (const Part& part : setup.metrics) {
    metrics.push_back(
        entry<std::unique_ptr<Metric>, BuildContext>(catalogs.metrics, part, context));
  }
  model->compile(entry<std::unique_ptr<Optimizer>, BuildContext>(catalogs.optimizers,
                                                                 setup.optimizer, context),
                 entry<std::unique_ptr<Loss>, BuildContext>(catalogs.losses, setup.loss, context),
                 std::move(metrics));
  return model;
}

std::shared_ptr<DataSource> build_data(const Part& part, const BuildContext& context) {
  return entry<std::shared_ptr<DataSource>, BuildContext>(context.catalogs.data, part, context);
}

CallbackHandle build_callback(const Part& part, const BuildContext& context) {
  return entry<CallbackHandle, BuildContext>(context.catalogs.callbacks, part, context);
}

void list_again(const std::vector<std::string>& names, std::vector<CallbackHandle>& callbacks) {
  const std::size_t once = callbacks.size();
  for (const std::string& name : names) {
    for (std::size_t i = 0; i < once; ++i) {
      if (callbacks[i]->name() == name) callbacks.push_back(callbacks[i]);
    }
  }
}

std::unique_ptr<Fault> build_fault(const Part& part, const Vocabulary& vocabulary,
                                   const BuildContext& context) {
  Trigger trigger;  // the scenario has it already
  return built(part,
               [&](Params& params) { return read_fault(params, vocabulary, context, trigger); });
}

DueFault due_fault(const Part& part, const Vocabulary& vocabulary) {
  RealWorld world;
  const Seams seams = world.seams();
  const BuildContext context{.catalogs = vocabulary.engine, .seams = seams};
  DueFault due{.part = part, .trigger = {}};
  built(part, [&](Params& params) { return read_fault(params, vocabulary, context, due.trigger); });
  return due;
}

Expectation build_expectation(const Part& part, const Vocabulary& vocabulary) {
  return built(part, [&](Params& params) { return read_expectation(params, vocabulary); });
}

}  // namespace trainwreck
