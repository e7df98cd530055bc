#include "scenarios/books/schema.h"

#include <nlohmann/json.hpp>
#include <set>

#include "engine/policy/policy_names.h"
#include "engine/seams/seams.h"
#include "scenarios/books/describe.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/defaults.h"
#include "scenarios/language/needs.h"

namespace trainwreck {
namespace {

using Json = nlohmann::ordered_json;

Json typed_json(const char* name, const char* help = "") {
  Json json = {{"type", name}};
  if (*help != '\0') json["description"] = help;
  return json;
}
Json list_json(Json item) { return {{"type", "array"}, {"items", std::move(item)}}; }
Json reference_json(const std::string& name) { return {{"$ref", "#/definitions/" + name}}; }
Json object_json(Json properties, std::vector<std::string> required = {}) {
  Json json = {
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) json["required"] = std::move(required);
  return json;
}
// What stands there where a file says nothing.
Json with_default(Json json, std::string_view text) {
  json["default"] = Json::parse(text);
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
  } else if (doc.type == "choice") {
    json["enum"] = doc.choices;
  }
  if (doc.fallback == "null" && json.contains("type")) json["type"] = {json["type"], "null"};
  if (!doc.help.empty()) json["description"] = doc.help;
  return json;
}

// A few keys can be written in a second way, and a reader asks in the first where nothing is there.
Json second_way(const std::string& key) {
  if (key == "learning_rate") return reference_json("schedule");
  if (key == "update_freq") return typed_json("integer");
  if (key == "kernel_size" || key == "strides") return list_json(typed_json("integer"));
  return {};
}

Json either_way(const ParamDoc& doc) {
  Json first = value_json(doc);
  Json second = second_way(doc.key);
  return second.is_null() ? first : Json{{"anyOf", {std::move(first), std::move(second)}}};
}

Json trigger_properties(const std::vector<Site>& struck) {
  Json names = Json::array();
  std::set<std::string_view> details;
  for (const Site site : struck) {
    names.push_back(name_of(site));
    const std::string_view detail = sites()[static_cast<std::size_t>(site)].detail;
    if (!detail.empty()) details.insert(detail);
  }
  Json at = {{"site", {{"enum", std::move(names)}}}};
  for (const char* key : {"run", "fit", "epoch", "batch", "nth"}) at[key] = typed_json("integer");
  for (const std::string_view detail : details) at[std::string(detail)] = typed_json("string");
  return {{"at", object_json(std::move(at))},
          {"skip", typed_json("integer", "matching crossings let pass first")},
          {"times", {{"anyOf", {typed_json("integer"), {{"const", "always"}}}}}},
          {"every", typed_json("integer", "each n-th matching crossing")},
          {"probability", typed_json("number", "of each strike")},
          {"until", typed_json("integer", "no strike from this epoch on")}};
}

// {"kind": name, ...}, or the name alone where nothing is required.
Json entry_json(const EntryDescription& entry, bool fault) {
  Json properties = {{"kind", {{"const", entry.name}}}};
  std::vector<std::string> required = {"kind"};
  for (const ParamDoc& doc : entry.params) {
    if (doc.key == "kind") continue;
    properties[doc.key] = either_way(doc);
    if (doc.fallback.empty()) required.push_back(doc.key);
  }
  if (fault) properties.update(trigger_properties(entry.sites));
  Json json = object_json(std::move(properties), std::move(required));
  json["description"] = entry.help;
  return json;
}

// Several catalogs may share a word: their entries can be named at the same places.
void add_alternatives(Json& definitions, const CatalogDescription& catalog) {
  Json names = Json::array();
  Json& all = definitions[catalog.singular]["anyOf"];
  for (const EntryDescription& entry : catalog.entries) {
    names.push_back(entry.name);
    all.push_back(entry_json(entry, catalog.singular == "fault"));
    // Every source can be called something; one that lacks its source is not asked how.
    if (catalog.singular == "data source") all.back()["properties"]["name"]["type"] = "string";
  }
  all.push_back({{"enum", std::move(names)}});
}

Json policy_json() {
  Json properties = Json::object();
  for (const PolicyChoice& choice : policy_choices()) {
    properties[std::string(choice.name)] = {{"enum", choice.values}, {"description", choice.help}};
  }
  for (const PolicyNumber& number : policy_numbers()) {
    properties[std::string(number.name)] = {{"type", "number"}, {"description", number.help}};
  }
  return object_json(std::move(properties));
}

Json fit_json() {
  const Json numbers = some_json(typed_json("integer"));
  return object_json(
      {{"epochs", typed_json("integer")},
       {"initial_epoch", typed_json("integer")},
       {"steps_per_epoch", {{"type", {"integer", "null"}}}},
       {"validation_split", typed_json("number")},
       {"validation_steps", {{"type", {"integer", "null"}}}},
       {"validation_freq", numbers},
       {"shuffle", typed_json("boolean")},
       {"class_weight", {{"type", "object"}, {"additionalProperties", typed_json("number")}}},
       {"worker", {{"type", {"integer", "null"}}}},
       {"run", typed_json("string")}});
}

Json network_json() {
  return object_json({{"is", {{"enum", {"up", "down", "slow", "failing"}}}},
                      {"epochs", some_json(typed_json("integer"))},
                      {"seconds", typed_json("number")},
                      {"status", typed_json("integer")}});
}

Json given_json() {
  return object_json(
      {{"seed", typed_json("integer", "decides all randomness")},
       {"data", with_default(reference_json("data source"), kDefaultData)},
       {"validation", reference_json("data source")},
       {"model", with_default(some_json(reference_json("layer")), kDefaultLayer)},
       {"compile",
        object_json({{"optimizer", with_default(reference_json("optimizer"), kDefaultOptimizer)},
                     {"loss", with_default(reference_json("loss"), kDefaultLoss)},
                     {"metrics", some_json(reference_json("metric"))}})},
       {"callbacks", some_json(reference_json("callback"))},
       {"listed_again", list_json(typed_json("string"))},
       {"fit", reference_json("fit")},
       {"policy", reference_json("policy")},
       {"memory_limit", {{"type", {"integer", "null"}}}},
       {"disk_bytes", {{"type", {"integer", "null"}}}},
       {"network", network_json()},
       {"files", {{"type", "object"}, {"additionalProperties", typed_json("string")}}}});
}

Json then_json() {
  const Json list = some_json(reference_json("assertion"));
  return {{"anyOf", {list, object_json({{"both", list}, {"keras", list}, {"hardened", list}})}}};
}

Json chapter_json() {
  return object_json({{"do",
                       {{"enum",
                         {"fit", "evaluate", "predict", "train_on_batch", "test_on_batch",
                          "predict_on_batch", "hand_loop", "check_data", "restart"}}}},
                      {"when", some_json(reference_json("fault"))},
                      {"then", reference_json("then")},
                      {"fit", reference_json("fit")},
                      {"data", reference_json("data source")},
                      {"callbacks", some_json(reference_json("callback"))},
                      {"batch", typed_json("integer", "the one that train_on_batch, ... gets")},
                      {"loses", list_json(typed_json("string"))},
                      {"script", list_json(typed_json("string"))},
                      {"without", list_json(typed_json("string"))}});
}

Json needs_json() {
  Json names = Json::array();
  for (const Need& need : needs()) names.push_back(need.name);
  return {{"enum", std::move(names)}};
}

Json head_json() {
  const Json flags =
      object_json({{"keras", typed_json("boolean")}, {"hardened", typed_json("boolean")}});
  return {{"$schema", typed_json("string")},
          {"name", typed_json("string", "the claim of this scenario, as a sentence")},
          {"about", typed_json("string", "why it matters")},
          {"tags", list_json(typed_json("string"))},
          {"observation", typed_json("string", "the run of real Keras that this tells")},
          {"claim",
           some_json(object_json(
               {{"says", typed_json("string")}, {"from", typed_json("string")}, {"holds", flags}},
               {"says"}))},
          {"expected_failure",
           object_json({{"because", typed_json("string")}, {"see", typed_json("string")}},
                       {"because"})},
          {"observation", typed_json("string", "the run of real Keras that this tells")},
          {"power_cut", object_json({{"models", list_json(typed_json("string"))},
                                     {"resume", typed_json("boolean")},
                                     {"states_per_cut", typed_json("integer")}})},
          {"needs", list_json(needs_json())},
          {"timeout_s", typed_json("number")},
          {"real_process", typed_json("boolean", "in forked children on a real directory")},
          {"profile", {{"enum", {"keras", "hardened"}}}}};
}

}  // namespace

std::string scenario_schema(const Vocabulary& vocabulary, const Seams& seams) {
  Json definitions = {{"fit", fit_json()},
                      {"policy", policy_json()},
                      {"then", then_json()},
                      {"chapter", chapter_json()}};
  for (const CatalogDescription& catalog : describe(vocabulary, seams)) {
    if (catalog.singular == "invariant") break;  // what follows has no parameters
    add_alternatives(definitions, catalog);
  }
  Json properties = head_json();
  properties["given"] = given_json();
  properties["when"] = some_json(reference_json("fault"));
  properties["then"] = reference_json("then");
  properties["runs"] = some_json(reference_json("chapter"));
  properties["cases"] = list_json(object_json(
      {{"name", typed_json("string")}, {"set", {{"type", "object"}}}}, {"name", "set"}));
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", "a scenario of trainwreck"}};
  schema.update(object_json(std::move(properties), {"name"}));
  schema["definitions"] = std::move(definitions);
  return schema.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace trainwreck
