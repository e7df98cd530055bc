#include "scenarios/books/schema.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/policy/policy_names.h"
#include "engine/seams/seams.h"
#include "scenarios/books/describe.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/format.h"
#include "scenarios/language/needs.h"

namespace trainwreck {
namespace {

using Json = nlohmann::ordered_json;

Json typed_json(const char* name) { return {{"type", name}}; }
Json list_json(Json item) { return {{"type", "array"}, {"items", std::move(item)}}; }
// In draft-07 nothing counts that stands beside "$ref", so it stands one level deeper.
Json reference_json(const std::string& name) {
  return {{"allOf", Json::array({{{"$ref", "#/definitions/" + name}}})}};
}
Json open_object_json(Json value) {
  return {{"type", "object"}, {"additionalProperties", std::move(value)}};
}
Json object_json(Json properties, std::vector<std::string> required = {}) {
  Json json = {
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) json["required"] = std::move(required);
  return json;
}
// One of them, or a list.
Json some_json(const Json& item) { return {{"anyOf", {item, list_json(item)}}}; }

// What a reader was asked for under one key.
Json value_json(const ParamDoc& doc) {
  Json json = Json::object();
  if (doc.type == "integer" || doc.type == "number") {
    json["type"] = doc.type;
    if (doc.low) json["minimum"] = *doc.low;
    if (doc.high) json["maximum"] = *doc.high;
  } else if (doc.type == "text") {
    json["type"] = "string";
  } else if (doc.type == "flag") {
    json["type"] = "boolean";
  } else if (doc.type == "list of texts") {
    json = list_json(typed_json("string"));
  } else if (doc.type == "list of integers") {
    json = list_json(typed_json("integer"));
  } else if (doc.type == "list of numbers") {
    json = list_json(typed_json("number"));
  } else if (doc.type == "choice") {
    json["enum"] = doc.choices;
    if (doc.fallback == "null") json["enum"].push_back(nullptr);
  }
  if (doc.fallback == "null" && json.contains("type")) json["type"] = {json["type"], "null"};
  return json;
}

// With what the key means, and what stands there where a file says nothing.
Json told_json(const ParamDoc& doc, Json shape) {
  if (!doc.help.empty()) shape["description"] = doc.help;
  if (doc.fallback.empty()) return shape;
  const Json fallback = Json::parse(default_text(doc), nullptr, false);
  if (!fallback.is_discarded()) shape["default"] = fallback;
  return shape;
}

// A few keys can be written in a second way, and a reader asks in the first where nothing is there.
Json second_way(const std::string& key) {
  if (key == "learning_rate") return reference_json("schedule");
  if (key == "update_freq") return typed_json("integer");
  if (key == "kernel_size" || key == "strides") return list_json(typed_json("integer"));
  return {};
}

Json either_way(const ParamDoc& doc) {
  Json second = second_way(doc.key);
  if (second.is_null()) return told_json(doc, value_json(doc));
  return told_json(doc, {{"anyOf", {value_json(doc), std::move(second)}}});
}

// The keys of one kind of object: by its place, as scenarios/language/format.h names it. What a key
// holds that is no plain value stands in `shapes`, by its full name.
using Shapes = std::map<std::string, Json>;

Json keys_json(const std::vector<FormatObject>& format, std::string_view place,
               const Shapes& shapes) {
  Json properties = Json::object();
  for (const FormatObject& object : format) {
    if (object.place != place) continue;
    for (const ParamDoc& doc : object.keys) {
      const auto shape = shapes.find(full_name(object, doc));
      properties[doc.key] = told_json(doc, shape == shapes.end() ? value_json(doc) : shape->second);
    }
  }
  return properties;
}

// Only the operations at which this fault can strike, and only what those are about.
Json place_json(Json every_key, const std::vector<Site>& struck) {
  std::set<std::string_view> unfit;
  for (const SiteInfo& info : sites()) unfit.insert(info.detail);
  Json names = Json::array();
  for (const Site site : struck) {
    names.push_back(name_of(site));
    unfit.erase(sites()[static_cast<std::size_t>(site)].detail);
  }
  for (const std::string_view detail : unfit) every_key.erase(std::string(detail));
  every_key["site"]["enum"] = std::move(names);
  every_key["site"].erase("type");
  return object_json(std::move(every_key));
}

Json trigger_json(const std::vector<FormatObject>& format, const std::vector<Site>& struck) {
  const Shapes shapes = {
      {"when.at", place_json(keys_json(format, "when.at", {}), struck)},
      {"when.times", {{"anyOf", {typed_json("integer"), {{"const", "always"}}}}}}};
  Json keys = keys_json(format, "when", shapes);
  keys.erase("kind");
  return keys;
}

// {"kind": name, ...}, or the name alone where nothing is required.
Json entry_json(const EntryDescription& entry, const std::vector<FormatObject>& format,
                bool is_fault) {
  Json properties = {{"kind", {{"const", entry.name}, {"description", entry.help}}}};
  std::vector<std::string> required = {"kind"};
  for (const ParamDoc& doc : entry.params) {
    if (doc.key == "kind") continue;
    properties[doc.key] = either_way(doc);
    if (doc.fallback.empty()) required.push_back(doc.key);
  }
  if (is_fault) properties.update(trigger_json(format, entry.sites));
  Json json = object_json(std::move(properties), std::move(required));
  json["description"] = entry.help;
  return json;
}

// Several catalogs may share a word: their entries can be named at the same places.
void add_alternatives(Json& definitions, const CatalogDescription& catalog,
                      const std::vector<FormatObject>& format) {
  Json names = Json::array();
  Json& all = definitions[catalog.singular]["anyOf"];
  for (const EntryDescription& entry : catalog.entries) {
    names.push_back(entry.name);
    all.push_back(entry_json(entry, format, catalog.singular == "fault"));
    // Every source can be called something; one that lacks its source is not asked how.
    if (catalog.singular != "data source") continue;
    Json& name = all.back()["properties"]["name"];
    name["type"] = "string";
    if (!name.contains("description")) name["description"] = "what reports call it";
  }
  all.push_back({{"enum", std::move(names)}});
}

// Which value stands where a file says nothing depends on the profile, so the text says it.
Json policy_json(const CatalogDescription& choices) {
  Json properties = Json::object();
  for (const EntryDescription& entry : choices.entries) {
    properties[entry.name]["description"] = entry.help;
  }
  for (const PolicyChoice& choice : policy_choices()) {
    properties[std::string(choice.name)]["enum"] = choice.values;
  }
  for (const PolicyNumber& number : policy_numbers()) {
    properties[std::string(number.name)]["type"] = "number";
  }
  return object_json(std::move(properties));
}

Json needs_json() {
  Json names = Json::array();
  for (const Need& need : needs()) names.push_back(need.name);
  return {{"enum", std::move(names)}};
}

Json then_json(const std::vector<FormatObject>& format) {
  const Json list = some_json(reference_json("assertion"));
  const Shapes shapes = {{"then.both", list}, {"then.keras", list}, {"then.hardened", list}};
  return {{"anyOf", {list, object_json(keys_json(format, "then", shapes))}}};
}

Json fit_json(const std::vector<FormatObject>& format) {
  const Shapes shapes = {{"given.fit.validation_freq", some_json(typed_json("integer"))},
                         {"given.fit.class_weight", open_object_json(typed_json("number"))}};
  return object_json(keys_json(format, "given.fit", shapes));
}

Json chapter_json(const std::vector<FormatObject>& format) {
  const Shapes shapes = {{"runs.when", some_json(reference_json("fault"))},
                         {"runs.then", reference_json("then")},
                         {"runs.fit", reference_json("fit")},
                         {"runs.data", reference_json("data source")},
                         {"runs.callbacks", some_json(reference_json("callback"))}};
  return object_json(keys_json(format, "runs", shapes));
}

Json given_json(const std::vector<FormatObject>& format) {
  const Json compile =
      object_json(keys_json(format, "given.compile",
                            {{"given.compile.optimizer", reference_json("optimizer")},
                             {"given.compile.loss", reference_json("loss")},
                             {"given.compile.metrics", some_json(reference_json("metric"))}}));
  const Json network = object_json(keys_json(format, "given.network", {}));
  const Shapes shapes = {{"given.data", reference_json("data source")},
                         {"given.validation", reference_json("data source")},
                         {"given.model", some_json(reference_json("layer"))},
                         {"given.compile", compile},
                         {"given.callbacks", some_json(reference_json("callback"))},
                         {"given.fit", reference_json("fit")},
                         {"given.policy", reference_json("policy")},
                         {"given.files", open_object_json(typed_json("string"))},
                         {"given.network", network}};
  return object_json(keys_json(format, "given", shapes));
}

Json claim_json(const std::vector<FormatObject>& format) {
  const Json holds = object_json(keys_json(format, "claim.holds", {}));
  return some_json(object_json(keys_json(format, "claim", {{"claim.holds", holds}}), {"says"}));
}

Json file_json(const std::vector<FormatObject>& format) {
  const Json cut = object_json(keys_json(format, "power_cut", {}));
  const Shapes set = {{"cases.set", typed_json("object")}};
  const Shapes shapes = {
      {"claim", claim_json(format)},
      {"expected_failure", object_json(keys_json(format, "expected_failure", {}), {"because"})},
      {"power_cut", cut},
      {"needs", list_json(needs_json())},
      {"given", given_json(format)},
      {"when", some_json(reference_json("fault"))},
      {"then", reference_json("then")},
      {"runs", some_json(reference_json("chapter"))},
      {"cases", list_json(object_json(keys_json(format, "cases", set), {"name", "set"}))}};
  return object_json(keys_json(format, "", shapes), {"name"});
}

}  // namespace

std::string scenario_schema(const Vocabulary& vocabulary, const Seams& seams) {
  const std::vector<FormatObject> format = file_format(vocabulary, seams);
  Json definitions = {
      {"fit", fit_json(format)}, {"then", then_json(format)}, {"chapter", chapter_json(format)}};
  bool has_parameters = true;
  for (const CatalogDescription& catalog : describe(vocabulary, seams)) {
    has_parameters &= catalog.singular != "invariant";
    if (has_parameters) add_alternatives(definitions, catalog, format);
    if (catalog.singular == "policy choice") definitions["policy"] = policy_json(catalog);
  }
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", "a scenario of trainwreck"}};
  schema.update(file_json(format));
  schema["definitions"] = std::move(definitions);
  return schema.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace trainwreck
