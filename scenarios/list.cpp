#include "scenarios/list.h"

#include <algorithm>
#include <string_view>

#include "engine/base/text.h"
#include "scenarios/props.h"
#include "scenarios/stages.h"

namespace trainwreck {
namespace {

// A bar would end the cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string bounds(const ParamDoc& doc) {
  if (doc.low && doc.high) {
    return ", " + number_text(*doc.low) + " to " + number_text(*doc.high);
  }
  if (doc.low) return ", at least " + number_text(*doc.low);
  if (doc.high) return ", at most " + number_text(*doc.high);
  return {};
}

std::string choices(const ParamDoc& doc) {
  std::string text;
  for (const std::string& choice : doc.choices)
    text += (text.empty() ? ": `" : ", `") + choice + "`";
  return text;
}

// A float's default reads 0.1, not what a double makes of it.
std::string fallback(const ParamDoc& doc) {
  if (doc.fallback.empty()) return "required";
  std::string text = doc.fallback;
  if (doc.type == "number" && text != "null") {
    const double value = std::stod(text);
    const auto narrow = static_cast<float>(value);
    if (static_cast<double>(narrow) == value) text = number_text(narrow);
  }
  return "`" + cell(text) + "`";
}

std::string row(const ParamDoc& doc) {
  return "| `" + doc.key + "` | " + doc.type + cell(choices(doc)) + bounds(doc) + " | " +
         fallback(doc) + " | " + cell(doc.help) + " |\n";
}

template <class Product>
std::string section(std::string_view title, const std::vector<Entry<Product>>& entries,
                    const BuildContext& context) {
  std::string text = "\n## " + std::string(title) + "\n";
  for (const Entry<Product>& entry : entries) {
    Diagnostics unheard;
    Params params = Params::defaults(unheard);
    entry.make(params, context);
    text += "\n### `" + std::string(entry.name) + "`\n\n" + std::string(entry.help) + "\n";
    if (params.asked().empty()) continue;
    text += "\n| Key | Value | Default | Meaning |\n|---|---|---|---|\n";
    for (const ParamDoc& doc : params.asked()) text += row(doc);
  }
  return text;
}

template <class Product>
std::vector<Entry<Product>> copy_of(std::span<const Entry<Product>> entries) {
  return {entries.begin(), entries.end()};
}

// The entries that are no props.
template <class Product>
std::vector<Entry<Product>> without(std::vector<Entry<Product>> entries,
                                    std::span<const Entry<Product>> props) {
  std::erase_if(entries, [&](const Entry<Product>& entry) {
    return std::any_of(props.begin(), props.end(),
                       [&](const Entry<Product>& prop) { return prop.name == entry.name; });
  });
  return entries;
}

std::string section(std::string_view title, const std::vector<InvariantEntry>& invariants) {
  std::string text = "\n## " + std::string(title) + "\n\n| Id | Meaning |\n|---|---|\n";
  for (const InvariantEntry& invariant : invariants) {
    text += "| `" + std::string(invariant.id) + "` | " + cell(invariant.meaning) + " |\n";
  }
  return text;
}

}  // namespace

std::string list_markdown(const Vocabulary& vocabulary, const Seams& seams) {
  const Catalogs& engine = vocabulary.engine;
  const BuildContext context{.catalogs = engine, .seams = seams};
  return "# Catalog\n\nWhat a scenario file can name. Written by `./trainwreck list "
         "--markdown`.\n" +
         section("Layers", engine.layers, context) + section("Losses", engine.losses, context) +
         section("Metrics", engine.metrics, context) +
         section("Optimizers", engine.optimizers, context) +
         section("Learning rate schedules", engine.schedules, context) +
         section("Initialisers", engine.initialisers, context) +
         section("Data", without(engine.data, prop_sources()), context) +
         section("Callbacks", without(engine.callbacks, prop_callbacks()), context) +
         section("Props: data as stories need it", copy_of(prop_sources()), context) +
         section("Props: callbacks as people write them", copy_of(prop_callbacks()), context) +
         section("Faults", vocabulary.faults, context) +
         section("Assertions", vocabulary.assertions, context) +
         section("Invariants", vocabulary.invariants);
}

}  // namespace trainwreck
