#include "scenarios/books/describe.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/policy/policy_names.h"
#include "engine/seams/seams.h"
#include "scenarios/flow/doubles.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/needs.h"

namespace trainwreck {
namespace {

template <class Product, class Context>
EntryDescription described(const Entry<Product, Context>& entry, const Context& context) {
  Diagnostics unheard;
  Params params = Params::defaults(unheard);
  entry.make(params, context);
  return {
      .name = std::string(entry.name), .help = std::string(entry.help), .params = params.asked()};
}

// A fault is alone in having sites.
EntryDescription described(const FaultEntry& entry, const BuildContext& context) {
  Diagnostics unheard;
  Params params = Params::defaults(unheard);
  const std::unique_ptr<Fault> fault = entry.make(params, context);
  EntryDescription description{
      .name = std::string(entry.name), .help = std::string(entry.help), .params = params.asked()};
  if (fault) description.sites.assign(fault->sites().begin(), fault->sites().end());
  return description;
}

template <class Product, class Context>
CatalogDescription catalog(std::string title, std::string singular,
                           const std::vector<Entry<Product, Context>>& entries,
                           const Context& context) {
  CatalogDescription description{
      .title = std::move(title), .singular = std::move(singular), .entries = {}};
  for (const auto& entry : entries) {
    description.entries.push_back(described(entry, context));
  }
  return description;
}

template <class Product>
std::vector<Entry<Product>> copied(std::span<const Entry<Product>> entries) {
  return {entries.begin(), entries.end()};
}

// The entries that are no doubles.
template <class Product>
std::vector<Entry<Product>> without(std::vector<Entry<Product>> entries,
                                    std::span<const Entry<Product>> doubles) {
  std::erase_if(entries, [&](const Entry<Product>& entry) {
    return std::any_of(doubles.begin(), doubles.end(),
                       [&](const Entry<Product>& prop) { return prop.name == entry.name; });
  });
  return entries;
}

CatalogDescription invariants(const std::vector<InvariantEntry>& entries) {
  CatalogDescription description{.title = "Invariants", .singular = "invariant", .entries = {}};
  for (const InvariantEntry& entry : entries) {
    description.entries.push_back(
        {.name = std::string(entry.id), .help = std::string(entry.meaning)});
  }
  return description;
}

CatalogDescription policies() {
  CatalogDescription description{.title = "Policy", .singular = "policy choice", .entries = {}};
  for (const PolicyChoice& choice : policy_choices()) {
    const auto said = [&](const Policy& policy) {
      return std::string(choice.values[choice.get(policy)]);
    };
    description.entries.push_back({.name = std::string(choice.name),
                                   .help = std::string(choice.help) + ": " + joined(choice.values) +
                                           "; keras: " + said(keras()) +
                                           ", hardened: " + said(hardened())});
  }
  for (const PolicyNumber& number : policy_numbers()) {
    description.entries.push_back({.name = std::string(number.name),
                                   .help = std::string(number.help) +
                                           "; keras: " + number_text(number.get(keras())) +
                                           ", hardened: " + number_text(number.get(hardened()))});
  }
  return description;
}

CatalogDescription site_list() {
  CatalogDescription description{.title = "Sites", .singular = "site", .entries = {}};
  for (const SiteInfo& site : sites()) {
    description.entries.push_back({.name = std::string(site.name), .help = std::string(site.help)});
  }
  return description;
}

CatalogDescription need_list() {
  CatalogDescription description{.title = "Needs", .singular = "need", .entries = {}};
  for (const Need& need : needs()) {
    description.entries.push_back({.name = std::string(need.name), .help = std::string(need.help)});
  }
  return description;
}

std::string bounds(const ParamDoc& doc) {
  const auto shown = [&](double bound) {
    const bool whole = doc.type == "integer";
    return whole ? std::to_string(static_cast<std::int64_t>(bound)) : number_text(bound);
  };
  if (doc.low && doc.high) return ", " + shown(*doc.low) + " to " + shown(*doc.high);
  if (doc.low) return ", at least " + shown(*doc.low);
  if (doc.high) return ", at most " + shown(*doc.high);
  return {};
}

}  // namespace

std::vector<CatalogDescription> describe(const Vocabulary& vocabulary, const Seams& seams) {
  const Catalogs& engine = vocabulary.engine;
  const BuildContext context{.catalogs = engine, .seams = seams};
  return {
      catalog("Layers", "layer", engine.layers, context),
      catalog("Losses", "loss", engine.losses, context),
      catalog("Metrics", "metric", engine.metrics, context),
      catalog("Optimizers", "optimizer", engine.optimizers, context),
      catalog("Learning rate schedules", "schedule", engine.schedules, context),
      catalog("Initialisers", "initialiser", engine.initialisers, context),
      catalog("Data", "data source", without(engine.data, source_doubles()), context),
      catalog("Callbacks", "callback", without(engine.callbacks, callback_doubles()), context),
      catalog("Doubles: data as stories need it", "data source", copied(source_doubles()), context),
      catalog("Doubles: callbacks as people write them", "callback", copied(callback_doubles()),
              context),
      catalog("Faults", "fault", vocabulary.faults, context),
      catalog("Assertions", "assertion", vocabulary.assertions,
              AssertionContext{.contract = vocabulary.invariants}),
      invariants(vocabulary.invariants),
      policies(),
      site_list(),
      need_list()};
}

std::string type_text(const ParamDoc& doc) {
  std::string text = doc.type;
  for (std::size_t i = 0; i < doc.choices.size(); ++i) {
    text += (i == 0 ? ": `" : ", `") + doc.choices[i] + "`";
  }
  return text + bounds(doc);
}

std::string default_text(const ParamDoc& doc) {
  if (doc.fallback.empty()) return "required";
  if (doc.type != "number" || doc.fallback == "null") return doc.fallback;
  const double value = std::stod(doc.fallback);
  const auto narrow = static_cast<float>(value);
  return static_cast<double>(narrow) == value ? number_text(narrow) : doc.fallback;
}

}  // namespace trainwreck
