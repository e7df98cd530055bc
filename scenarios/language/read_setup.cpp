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

}  // namespace

void read_compile(Params& params, Setup& setup, const BuildContext& context) {
  const Catalogs& catalogs = context.catalogs;
  setup.optimizer = default_part(kDefaultOptimizer);
  setup.loss = default_part(kDefaultLoss);
  if (auto optimizer = params.maybe_child("optimizer", "What turns gradients into weights.")) {
    setup.optimizer =
        checked<std::unique_ptr<Optimizer>, BuildContext>(catalogs.optimizers, *optimizer, context);
  }
  if (auto loss = params.maybe_child("loss", "What is made small.")) {
    setup.loss = checked<std::unique_ptr<Loss>, BuildContext>(catalogs.losses, *loss, context);
  }
  setup.metrics = checked_list<std::unique_ptr<Metric>, BuildContext>(
      catalogs.metrics, params, "metrics", "What else is measured: one, or a list.", context);
  params.reject_unknown_keys();
}

namespace {

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
  constexpr std::string_view kHelp =
      "After every how many epochs to validate, or a list of epochs, counted from 1.";
  if (params.has_list("validation_freq")) {
    fit.validation_epochs = params.integers("validation_freq", kHelp);
  } else {
    fit.validation_every = params.integer("validation_freq", 1, kHelp);
  }
}

void read_files(Params params, Setup& setup) {
  for (const std::string& path : params.keys()) setup.files[path] = params.text(path, "");
}

}  // namespace

Network read_network(Params& params) {
  static constexpr std::array<std::string_view, 4> kNames{"up", "down", "slow", "failing"};
  Network network;
  network.is = static_cast<NetworkIs>(params.choice("is", kNames, 0, "How the servers are."));
  network.epochs = params.integers("epochs", "In these epochs alone; none named: in all.");
  network.seconds =
      params.number("seconds", network.seconds, "slow: seconds until an answer comes.",
                    {.low = 0.0, .high = 1e9});
  network.status = static_cast<int>(params.integer("status", network.status,
                                                   "failing: the HTTP status that is answered.",
                                                   {.low = 100, .high = 599}));
  params.reject_unknown_keys();
  return network;
}

FitCall read_fit(Params& params) {
  FitCall fit;
  fit.epochs = params.integer(
      "epochs", 1,
      "How many epochs, counted from epoch 0: initial_epoch 2 and epochs 5 train three.",
      {.low = -10, .high = 100'000});
  fit.initial_epoch = params.integer("initial_epoch", 0, "The epoch that training begins with.");
  fit.steps_per_epoch = params.maybe_integer(
      "steps_per_epoch", "Batches of an epoch; absent: all that the source has.");
  fit.validation_split = params.number("validation_split", 0.0,
                                       "The part of the samples, from their end, that is kept for "
                                       "validation.",
                                       {.low = 0.0, .high = 1.0});
  fit.validation_steps =
      params.maybe_integer("validation_steps", "Batches of a validation; absent: all.");
  read_validation_freq(params, fit);
  fit.shuffle =
      params.flag("shuffle", kDefaultShuffle,
                  "A new order in each pass. Keras's fit shuffles unless told not to, and "
                  "so does FitOptions in code; a file does not, so that an address means "
                  "the same rows in every epoch.");
  if (auto weights = params.maybe_child(
          "class_weight", "What a sample of each class counts in the loss: {\"0\": 1.0}.")) {
    fit.class_weight = read_class_weight(std::move(*weights));
  }
  fit.worker = params.maybe_integer(
      "worker", "Of the processes that train together this one's number: {worker} in paths.");
  fit.run = params.text("run", "", "What you call the run: {run} in paths.");
  params.reject_unknown_keys();
  return fit;
}

Setup read_setup(Params& params, const Vocabulary& vocabulary, const BuildContext& context) {
  const Catalogs& catalogs = vocabulary.engine;
  Setup setup;
  setup.seed = static_cast<std::uint64_t>(params.integer("seed", 1, "Decides all that is random."));
  setup.data = default_part(kDefaultData);
  if (auto data = params.maybe_child("data", "Where the batches come from.")) {
    setup.data = checked<std::shared_ptr<DataSource>, BuildContext>(catalogs.data, *data, context);
  }
  if (auto data =
          params.maybe_child("validation", "Where the batches of a validation come from.")) {
    setup.validation =
        checked<std::shared_ptr<DataSource>, BuildContext>(catalogs.data, *data, context);
  }
  setup.layers = checked_list<std::unique_ptr<Layer>, BuildContext>(
      catalogs.layers, params, "model", "The layers, in order.", context);
  if (!params.has("model")) setup.layers = {default_part(kDefaultLayer)};
  Params compile = params.child("compile", "Optimizer, loss and metrics.");
  read_compile(compile, setup, context);
  setup.callbacks = checked_list<CallbackHandle, BuildContext>(
      catalogs.callbacks, params, "callbacks", "The callbacks, in the order in which they run.",
      context);
  setup.listed_again = params.texts(
      "listed_again", "Callbacks, by name, that stand in the list once more, at its end.");
  Params fit = params.child("fit", "Options of every fit that has none of its own.");
  setup.fit = read_fit(fit);
  if (auto policy =
          params.maybe_child("policy", "Single choices over the profile: docs/profiles.md.")) {
    setup.policy = part_of(*policy);
    read_policy(*policy, hardened());
  }
  setup.memory_limit = params.maybe_integer(
      "memory_limit", "Bytes that training may have at once; absent: any number.", {.low = 0});
  setup.disk_bytes = params.maybe_integer(
      "disk_bytes", "Bytes that the disk holds; absent: any number.", {.low = 0});
  if (auto files = params.maybe_child(
          "files", "What is on the disk beforehand: path to text; \"folder/\" is a folder.")) {
    read_files(std::move(*files), setup);
  }
  if (auto network = params.maybe_child("network", "The servers that callbacks post to.")) {
    setup.network = read_network(*network);
  }
  params.reject_unknown_keys();
  return setup;
}

Expectation read_expectation(Params& params, const Vocabulary& vocabulary) {
  Part part = part_of(params);
  return {std::move(part), make_from<std::unique_ptr<Assertion>, AssertionContext>(
                               vocabulary.assertions, params, {.contract = vocabulary.invariants})};
}

namespace {

std::vector<Expectation> expectations_in(Params& owner, std::string_view key, std::string_view help,
                                         const Vocabulary& vocabulary) {
  std::vector<Expectation> expectations;
  for (Params& item : owner.children(key, help)) {
    expectations.push_back(read_expectation(item, vocabulary));
  }
  return expectations;
}

}  // namespace

Expectations read_profiles(Params& params, const Vocabulary& vocabulary) {
  Expectations then;
  then.both =
      expectations_in(params, "both", "What must hold under keras and under hardened.", vocabulary);
  then.keras = expectations_in(params, "keras", "What must hold under keras.", vocabulary);
  then.hardened = expectations_in(params, "hardened", "What must hold under hardened.", vocabulary);
  params.reject_unknown_keys();
  return then;
}

Expectations read_expectations(Params& parent, std::string_view key, std::string_view unqualified,
                               const Vocabulary& vocabulary) {
  Expectations then;
  Params value = parent.child(
      key,
      "What must hold afterwards: a list about hardened (or about the profile that is named), "
      "or one list for each profile.");
  if (!parent.has(key)) return then;
  if (value.is_object() && !value.has("kind")) return read_profiles(value, vocabulary);
  (unqualified == "keras" ? then.keras : then.hardened) =
      expectations_in(parent, key, {}, vocabulary);
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
