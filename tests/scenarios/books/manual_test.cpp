// The manual does what it says: its examples are parsed and run, its tables are what the code
// knows, and page, schema and `explain` say the same of every key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "engine/base/json_node.h"
#include "engine/loop/hook.h"
#include "engine/loop/status.h"
#include "engine/seams/seams.h"
#include "scenarios/books/describe.h"
#include "scenarios/books/glossary.h"
#include "scenarios/books/schema.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/scenario.h"
#include "scenarios/language/format.h"
#include "scenarios/language/words.h"
#include "tests/scenarios/support/pages.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

std::vector<FormatObject> format() {
  RealWorld world;
  return file_format(builtin_vocabulary(), world.seams());
}

// What stands below a key: "runs.when" holds what "when" holds.
std::string place_below(const std::string& key) {
  static const std::map<std::string, std::string> kSame = {
      {"runs.when", "when"}, {"runs.then", "then"}, {"runs.fit", "given.fit"}};
  const auto same = kSame.find(key);
  return same == kSame.end() ? key : same->second;
}

// Collects the keys that stand in an example, each with its place.
class Keys {
 public:
  Keys() {
    for (const FormatObject& object : format()) places_.insert(object.place);
  }

  void read(const JsonNode& node, const std::string& place) {
    if (!places_.contains(place)) return;
    for (const JsonNode& item : node.items) {
      if (node.is(JsonNode::Kind::list)) read(item, place);
    }
    if (!node.is(JsonNode::Kind::object)) return;
    for (std::size_t i = 0; i < node.keys.size(); ++i) read_key(node.keys[i], node.items[i], place);
  }
  const std::set<std::string>& found() const { return found_; }

 private:
  void read_key(const std::string& key, const JsonNode& value, const std::string& place) {
    const std::string name = place.empty() ? key : place + "." + key;
    found_.insert(name);
    if (name == "cases.set") {
      for (std::size_t i = 0; i < value.keys.size(); ++i) put(value.keys[i], value.items[i]);
    } else {
      read(value, place_below(name));
    }
  }

  // What a case puts at "/when/0/at/epoch" stands in the file's "when.at".
  void put(const std::string& pointer, const JsonNode& value) {
    std::string place;
    std::vector<std::string> steps;
    std::istringstream in(pointer.substr(1));
    for (std::string step; std::getline(in, step, '/');) {
      if (step != "-" && step.find_first_not_of("0123456789") != std::string::npos) {
        steps.push_back(step);
      }
    }
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
      place = place_below(place.empty() ? steps[i] : place + "." + steps[i]);
      if (!places_.contains(place)) return;
    }
    read_key(steps.back(), value, place);
  }

  std::set<std::string> places_;
  std::set<std::string> found_;
};

// Every property of every object, with where it was found.
void walk(const Json& node, const std::string& at,
          const std::function<void(const std::string&, const std::string&, const Json&)>& each) {
  if (node.is_object() && node.contains("properties") && node["properties"].is_object()) {
    for (const auto& [key, property] : node["properties"].items()) each(at, key, property);
  }
  if (!node.is_structured()) return;
  for (const auto& [key, child] : node.items()) walk(child, at + "/" + key, each);
}

Json schema() {
  RealWorld world;
  return Json::parse(scenario_schema(builtin_vocabulary(), world.seams()));
}

std::string explained(const std::string& word) {
  ::testing::internal::CaptureStdout();
  const int code = command_explain(word, builtin_vocabulary());
  const std::string out = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(code, kAllHeld) << word;
  return out;
}

TEST(Manual, ExamplesOfScenariosDoWhatThePageSays) {
  expect_examples("docs/scenarios.md", builtin_vocabulary());
}

TEST(Manual, TablesAreWhatTheParserReads) {
  for (const char* page : {"docs/scenarios.md", "docs/callbacks.md", "docs/errors.md"}) {
    expect_tables_as_in_code(page);
  }
}

constexpr const char* kPages[] = {"docs/scenarios.md", "docs/callbacks.md", "docs/data.md",
                                  "docs/engines.md", "docs/errors.md"};

TEST(Manual, ItsLinksLeadToFiles) {
  const std::regex link(R"(\]\(([^)#:]+)(#[^)]*)?\))");
  for (const char* page : kPages) {
    const std::string text = page_text(page);
    for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
      const std::string path = (*at)[1].str();
      EXPECT_TRUE(std::filesystem::exists(std::string(TRAINWRECK_SOURCE_DIR) + "/docs/" + path))
          << page << ": " << path;
    }
  }
}

TEST(Manual, ClausesThatItNamesAreClauses) {
  std::set<std::string> ids;
  for (const InvariantEntry& entry : builtin_vocabulary().invariants)
    ids.insert(std::string(entry.id));
  const std::regex clause(R"(\b[A-Z][0-9]\b)");
  for (const char* page : {"docs/callbacks.md", "docs/engines.md"}) {
    const std::string text = page_text(page);
    for (std::sregex_iterator at(text.begin(), text.end(), clause), end; at != end; ++at) {
      EXPECT_TRUE(ids.contains(at->str())) << page << ": " << at->str();
    }
  }
}

TEST(Manual, EveryKindOfObjectHasItsTable) {
  const std::string page = page_text("docs/scenarios.md");
  for (const FormatObject& object : format()) {
    EXPECT_THAT(page, HasSubstr("\n<!-- keys: " + object.place +
                                (object.place.empty() ? "-->\n" : " -->\n")));
  }
}

TEST(Manual, EveryKeyStandsInAnExample) {
  Keys keys;
  for (const Fence& fence : fences_of("docs/scenarios.md")) {
    if (fence.language != "json" || fence.words.front() == "refused") continue;
    Diagnostics mistakes;
    keys.read(parse_json(fence.text, {.comments = true}, mistakes), "");
  }
  for (const FormatObject& object : format()) {
    for (const ParamDoc& key : object.keys) {
      EXPECT_TRUE(keys.found().contains(full_name(object, key))) << full_name(object, key);
    }
  }
}

TEST(Manual, EveryWordOfAViewStandsInAnExample) {
  std::set<std::string> heard;
  for (const Fence& fence : fences_of("docs/scenarios.md")) {
    if (fence.language != "json" || fence.words.front() == "refused") continue;
    const Json example = Json::parse(fence.text);
    const std::function<void(const Json&)> collect = [&](const Json& node) {
      if (node.is_object() && node.contains("of") && node["of"].is_array()) {
        for (const Json& entry : node["of"]) {
          std::istringstream words(entry.get<std::string>());
          for (std::string word; words >> word;) {
            word.erase(std::min(word.find('+'), word.size()));
            heard.insert(word);
            heard.insert(word.substr(word.find('.') + 1));
            heard.insert(word.substr(0, word.find('.')));
          }
        }
      }
      if (!node.is_structured()) return;
      for (const Json& child : node) collect(child);
    };
    collect(example);
  }
  for (const NamedMeaning& word : view_words()) {
    EXPECT_TRUE(heard.contains(std::string(word.name))) << word.name;
  }
}

TEST(Manual, EveryKeyHasATextOfItsOwn) {
  for (const FormatObject& object : format()) {
    for (const ParamDoc& key : object.keys) EXPECT_NE(key.help, "") << full_name(object, key);
  }
}

TEST(Manual, TheSchemaSaysOfEveryKeyWhatThePageSays) {
  const Json all = schema();
  for (const FormatObject& object : format()) {
    for (const ParamDoc& key : object.keys) {
      if (object.place == "when" && key.key == "kind") continue;  // told by each fault
      const Json fallback = Json::parse(default_text(key), nullptr, false);
      bool told = false;
      walk(all, "", [&](const std::string&, const std::string& name, const Json& property) {
        if (name != key.key || property.value("description", "") != key.help) return;
        const bool same = key.fallback.empty()
                              ? !property.contains("default")
                              : property.contains("default") && property["default"] == fallback;
        told |= same;
      });
      EXPECT_TRUE(told) << full_name(object, key) << " " << default_text(key);
    }
  }
}

TEST(Manual, TheSchemaDescribesEveryProperty) {
  std::size_t properties = 0;
  walk(schema(), "", [&](const std::string& at, const std::string& key, const Json& property) {
    ++properties;
    EXPECT_NE(property.value("description", ""), "") << at << " " << key;
  });
  EXPECT_GT(properties, 500U);
}

// A reader of its own that nobody told of would leave its keys out of page, schema and explain.
TEST(Manual, WhatStandsInAnObjectIsToldOrStandsElsewhere) {
  const std::set<std::string> elsewhere = {
      // Parts, which the catalog has; policies, which docs/profiles.md has.
      "given.data", "given.validation", "given.model", "given.callbacks", "given.compile.optimizer",
      "given.compile.loss", "given.compile.metrics", "given.policy", "runs.data", "runs.callbacks",
      "then.both", "then.keras", "then.hardened",
      // Told once, for several places.
      "runs.fit", "runs.when", "runs.then",
      // Keys that the file makes up.
      "given.files", "given.fit.class_weight", "cases.set"};
  std::set<std::string> told;
  for (const FormatObject& object : format()) told.insert(object.place);
  for (const FormatObject& object : format()) {
    for (const ParamDoc& key : object.keys) {
      if (key.type != "object" && key.type != "list") continue;
      const std::string name = full_name(object, key);
      EXPECT_NE(told.contains(name), elsewhere.contains(name)) << name;
    }
  }
}

TEST(Manual, TheSchemaSaysWhatStandsInEveryObjectAndList) {
  const Json all = schema();
  for (const FormatObject& object : format()) {
    for (const ParamDoc& key : object.keys) {
      if (key.type != "object" && key.type != "list") continue;
      walk(all, "", [&](const std::string& at, const std::string& name, const Json& property) {
        if (name != key.key || property.value("description", "") != key.help) return;
        const bool shaped = property.contains("allOf") || property.contains("anyOf") ||
                            property.contains("items") || property.contains("properties") ||
                            property.contains("additionalProperties") || name == "set";
        EXPECT_TRUE(shaped) << at << " " << name;
      });
    }
  }
}

TEST(Manual, TheSchemaSaysWhatEachProfileChooses) {
  const Json policies = schema()["definitions"]["policy"]["properties"];
  EXPECT_GT(policies.size(), 50U);
  for (const auto& [name, policy] : policies.items()) {
    EXPECT_THAT(policy["description"].get<std::string>(), HasSubstr("keras: ")) << name;
    EXPECT_THAT(policy["description"].get<std::string>(), HasSubstr("hardened: ")) << name;
  }
}

TEST(Manual, TheSchemaHasTheDefaultOfEveryParameter) {
  RealWorld world;
  const Json definitions = schema()["definitions"];
  for (const CatalogDescription& catalog : describe(builtin_vocabulary(), world.seams())) {
    for (const EntryDescription& entry : catalog.entries) {
      for (const ParamDoc& doc : entry.params) {
        if (doc.key == "kind" || doc.fallback.empty()) continue;
        const Json fallback = Json::parse(default_text(doc), nullptr, false);
        if (fallback.is_discarded()) continue;
        bool told = false;
        for (const Json& one : definitions[catalog.singular]["anyOf"]) {
          if (!one.contains("properties")) continue;
          const Json& properties = one["properties"];
          if (properties["kind"]["const"] != entry.name) continue;
          told |= properties[doc.key].value("default", Json("none")) == fallback;
        }
        EXPECT_TRUE(told) << entry.name << " " << doc.key << " " << default_text(doc);
      }
    }
  }
}

TEST(Manual, ExplainSaysOfEveryKeyWhatThePageSays) {
  for (const FormatObject& object : format()) {
    for (const ParamDoc& key : object.keys) {
      const std::string said = explained(full_name(object, key));
      EXPECT_THAT(said, HasSubstr("key " + full_name(object, key) + " of a scenario: " + key.help));
      const std::string fallback =
          key.fallback.empty() ? "required" : "default " + default_text(key);
      EXPECT_THAT(said, HasSubstr(fallback));
    }
  }
}

TEST(Manual, ExplainKnowsEveryWord) {
  for (const ErrorWord& error : error_words()) {
    EXPECT_THAT(explained(std::string(error.name)), HasSubstr("error " + std::string(error.name)));
  }
  for (const auto words : {view_words(), hook_words(), actions(), status_words()}) {
    for (const NamedMeaning& word : words) {
      EXPECT_THAT(explained(std::string(word.name)), HasSubstr(std::string(word.meaning)));
    }
  }
}

TEST(Manual, TheWordsAreThoseOfTheCode) {
  ASSERT_EQ(hook_words().size(), kHooks);
  for (std::size_t hook = 0; hook < kHooks; ++hook) {
    EXPECT_EQ(hook_words()[hook].name, name_of(static_cast<Hook>(hook)));
  }
  std::size_t status = 0;
  for (const NamedMeaning& word : status_words()) {
    EXPECT_EQ(word.name, name_of(static_cast<Status>(status++)));
  }
  EXPECT_EQ(status, static_cast<std::size_t>(Status::interrupted) + 1);
  EXPECT_EQ(actions().size(), static_cast<std::size_t>(Action::restart) + 1);
}

}  // namespace
}  // namespace trainwreck::testing
