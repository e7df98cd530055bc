#include <fmt/format.h>

#include <array>
#include <charconv>

#include "engine/policy/policy_names.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/defaults.h"
#include "scenarios/language/read_parts.h"

namespace trainwreck {
namespace {

Part default_part(std::string_view json) { return part_of(json, "/given"); }

// Keeps a part, after building it once so that every mistake in it is reported now.
template <class Product, class Context>
Part checked(std::span<const Entry<Product, Context>> catalog, Params& params,
             const Context& context) {
  Part part = part_of(params);
  make_from(catalog, params, context);
  return part;
}

template <class Product, class Context>
std::vector<Part> checked_list(std::span<const Entry<Product, Context>> catalog, Params& parent,
                               std::string_view key, std::string_view help,
                               const Context& context) {
  std::vector<Part> parts;
  for (Params& item : parent.children(key, help)) parts.push_back(checked(catalog, item, context));
  return parts;
}

void read_compile(Params& params, Setup& setup, const BuildContext& context) {
  const Catalogs& catalogs = context.catalogs;
  setup.optimizer = default_part(kDefaultOptimizer);
  setup.loss = default_part(kDefaultLoss);
  if (auto optimizer = params.maybe_child("optimizer", "turns gradients into weights; sgd")) {
    setup.optimizer =
        checked<std::unique_ptr<Optimizer>, BuildContext>(catalogs.optimizers, *optimizer, context);
  }
  if (auto loss = params.maybe_child("loss", "what is minimised; mse")) {
    setup.loss = checked<std::unique_ptr<Loss>, BuildContext>(catalogs.losses, *loss, context);
  }
  setup.metrics = checked_list<std::unique_ptr<Metric>, BuildContext>(
      catalogs.metrics, params, "metrics", "what else is measured", context);
  params.reject_unknown_keys();
}

std::map<std::int64_t, float> read_class_weight(Params params) {
  std::map<std::int64_t, float> weights;
  for (const std::string& key : params.keys()) {
    std::int64_t label = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), label);
    if (error != std::errc() || end != key.data() + key.size()) {
      params.complain(key, "a class is an integer, written as a key: {\"0\": 1.0}");
    }
    weights[label] = static_cast<float>(params.number(key, 1.0, {}, {.low = 0.0}));
  }
  return weights;
}

void read_validation_freq(Params& params, FitCall& fit) {
  constexpr std::string_view kHelp = "every n-th epoch, or a list of epochs counted from 1";
  if (params.has_list("validation_freq")) {
    fit.validation_epochs = params.integers("validation_freq", kHelp);
  } else {
    fit.validation_every = params.integer("validation_freq", 1, kHelp);
  }
}

void read_files(Params params, Setup& setup) {
  for (const std::string& path : params.keys()) setup.files[path] = params.text(path, "");
}

Network read_network(Params params) {
  constexpr std::array<std::string_view, 4> kNames{"up", "down", "slow", "failing"};
  Network network;
  network.is = static_cast<NetworkIs>(params.choice("is", kNames, 0, "how the servers are"));
  if (params.has("epochs")) network.epochs = params.integers("epochs", "in these alone");
  network.seconds = params.number("seconds", network.seconds, "slow: until an answer comes",
                                  {.low = 0.0, .high = 1e9});
  network.status = static_cast<int>(params.integer(
      "status", network.status, "failing: what is answered", {.low = 100, .high = 599}));
  params.reject_unknown_keys();
  return network;
}

}  // namespace

FitCall read_fit(Params& params) {
  FitCall fit;
  fit.epochs = params.integer("epochs", 1, "how many epochs", {.low = -10, .high = 100'000});
  fit.initial_epoch = params.integer("initial_epoch", 0, "the first epoch's number");
  fit.steps_per_epoch = params.maybe_integer("steps_per_epoch", "absent: the whole source");
  fit.validation_split = params.number(
      "validation_split", 0.0, "last part of the samples to keep apart", {.low = 0.0, .high = 1.0});
  fit.validation_steps = params.maybe_integer("validation_steps", "batches of a validation");
  read_validation_freq(params, fit);
  fit.shuffle = params.flag("shuffle", false, "a new order in each pass");
  if (auto weights = params.maybe_child("class_weight", "weight of each class")) {
    fit.class_weight = read_class_weight(std::move(*weights));
  }
  fit.worker = params.maybe_integer("worker", "the {worker} of checkpoint paths");
  fit.run = params.text("run", "", "the {run} of checkpoint paths");
  params.reject_unknown_keys();
  return fit;
}

Setup read_setup(Params& params, const Vocabulary& vocabulary, const BuildContext& context) {
  const Catalogs& catalogs = vocabulary.engine;
  Setup setup;
  setup.seed = static_cast<std::uint64_t>(params.integer("seed", 1, "decides all randomness"));
  setup.data = default_part(kDefaultData);
  if (auto data = params.maybe_child("data", "where the batches come from; arrays")) {
    setup.data = checked<std::shared_ptr<DataSource>, BuildContext>(catalogs.data, *data, context);
  }
  if (auto data = params.maybe_child("validation", "where validation's batches come from")) {
    setup.validation =
        checked<std::shared_ptr<DataSource>, BuildContext>(catalogs.data, *data, context);
  }
  setup.layers = checked_list<std::unique_ptr<Layer>, BuildContext>(
      catalogs.layers, params, "model", "the layers, in order", context);
  if (!params.has("model")) setup.layers = {default_part(kDefaultLayer)};
  Params compile = params.child("compile", "optimizer, loss and metrics");
  read_compile(compile, setup, context);
  setup.callbacks = checked_list<CallbackHandle, BuildContext>(catalogs.callbacks, params,
                                                               "callbacks", "in order", context);
  setup.listed_again = params.texts("listed_again", "callbacks, by name, that come once more");
  Params fit = params.child("fit", "options of fit");
  setup.fit = read_fit(fit);
  if (auto policy = params.maybe_child("policy", "single choices over the profile")) {
    setup.policy = part_of(*policy);
    read_policy(*policy, hardened());
  }
  setup.memory_limit = params.maybe_integer("memory_limit", "bytes", {.low = 0});
  setup.disk_bytes = params.maybe_integer("disk_bytes", "size of the disk", {.low = 0});
  if (auto files = params.maybe_child(
          "files", "what is on the disk beforehand: path to text; \"folder/\" is a folder")) {
    read_files(std::move(*files), setup);
  }
  if (auto network = params.maybe_child("network", "the servers that callbacks post to")) {
    setup.network = read_network(std::move(*network));
  }
  params.reject_unknown_keys();
  return setup;
}

Expectation read_expectation(Params& params, const Vocabulary& vocabulary) {
  Part part = part_of(params);
  return {std::move(part), make_from<std::unique_ptr<Assertion>, AssertionContext>(
                               vocabulary.assertions, params, {.contract = vocabulary.invariants})};
}

Expectations read_expectations(Params& parent, std::string_view key, std::string_view unqualified,
                               const Vocabulary& vocabulary) {
  constexpr std::string_view kHelp = "what must hold afterwards: a list, or one list per profile";
  const auto list = [&](Params& owner, std::string_view name) {
    std::vector<Expectation> expectations;
    for (Params& item : owner.children(name, kHelp)) {
      expectations.push_back(read_expectation(item, vocabulary));
    }
    return expectations;
  };
  Expectations then;
  if (!parent.has(key)) return then;
  Params value = parent.child(key, kHelp);
  if (value.is_object() && !value.has("kind")) {
    then.both = list(value, "both");
    then.keras = list(value, "keras");
    then.hardened = list(value, "hardened");
    value.reject_unknown_keys();
  } else {
    (unqualified == "keras" ? then.keras : then.hardened) = list(parent, key);
  }
  return then;
}

std::unique_ptr<Fault> read_fault(Params& params, const Vocabulary& vocabulary,
                                  const BuildContext& context, Trigger& trigger) {
  const std::string kind = kind_of(params);
  std::vector<std::string_view> names;
  for (const FaultEntry& candidate : vocabulary.faults) {
    names.push_back(candidate.name);
    if (candidate.name != kind) continue;
    std::unique_ptr<Fault> fault = candidate.make(params, context);
    if (fault) trigger = read_trigger(params, fault->sites());
    params.reject_unknown_keys();
    return fault;
  }
  complain_unknown_kind(params, kind, names);
  return nullptr;
}

}  // namespace trainwreck
