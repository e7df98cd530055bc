#include "scenarios/books/glossary.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"
#include "scenarios/language/format.h"
#include "scenarios/language/words.h"

namespace trainwreck {
namespace {

std::string type_and_default(const ParamDoc& doc) {
  const std::string fallback = doc.fallback.empty() ? "required" : "default " + default_text(doc);
  std::string type = type_text(doc);
  std::erase(type, '`');
  return fmt::format("{}; {}", type, fallback);
}

// "fit" of "given.fit".
std::string last_step(const std::string& place) { return place.substr(place.rfind('.') + 1); }

void add_object(const FormatObject& object, std::vector<Meaning>& all) {
  if (object.place.empty()) return;
  std::vector<std::string_view> keys;
  for (const ParamDoc& doc : object.keys) keys.push_back(doc.key);
  all.push_back({.word = last_step(object.place),
                 .place = object.place,
                 .text = fmt::format("what stands in {} of a scenario: {}\n  its keys: {}\n",
                                     object.place, object.about, joined(keys))});
}

void add_keys(const std::vector<FormatObject>& format, std::vector<Meaning>& all) {
  for (const FormatObject& object : format) {
    add_object(object, all);
    for (const ParamDoc& doc : object.keys) {
      const std::string place = full_name(object, doc);
      all.push_back({.word = doc.key,
                     .place = place,
                     .text = fmt::format("key {} of a scenario: {}\n  {}\n  an example: "
                                         "docs/scenarios.md\n",
                                         place, doc.help, type_and_default(doc))});
    }
  }
}

// Entries that mean the same by a key are told once.
struct SharedKey {
  const ParamDoc* doc;
  std::string singular;
  std::vector<std::string_view> entries{};
};

bool same_key(const ParamDoc& a, const ParamDoc& b) {
  return a.key == b.key && a.help == b.help && a.type == b.type && a.fallback == b.fallback &&
         a.choices == b.choices;
}

std::vector<SharedKey> shared_keys(const std::vector<CatalogDescription>& catalogs) {
  std::vector<SharedKey> shared;
  for (const CatalogDescription& catalog : catalogs) {
    for (const EntryDescription& entry : catalog.entries) {
      for (const ParamDoc& doc : entry.params) {
        auto one = std::find_if(shared.begin(), shared.end(), [&](const SharedKey& other) {
          return other.singular == catalog.singular && same_key(*other.doc, doc);
        });
        if (one == shared.end()) {
          one = shared.insert(one, {.doc = &doc, .singular = catalog.singular});
        }
        one->entries.push_back(entry.name);
      }
    }
  }
  return shared;
}

void add_entry_keys(const std::vector<CatalogDescription>& catalogs, std::vector<Meaning>& all) {
  for (const SharedKey& key : shared_keys(catalogs)) {
    if (key.doc->key == "kind") continue;  // it names the entry
    all.push_back(
        {.word = key.doc->key,
         .place = fmt::format("{}.{}", key.entries.front(), key.doc->key),
         .text = fmt::format("key {} of {} {}: {}\n  {}\n", key.doc->key, key.singular,
                             joined(key.entries), key.doc->help, type_and_default(*key.doc))});
  }
}

void add_words(std::string_view what, std::span<const NamedMeaning> words,
               std::vector<Meaning>& all) {
  for (const NamedMeaning& word : words) {
    all.push_back({.word = std::string(word.name),
                   .place = "",
                   .text = fmt::format("{} {}: {}\n", what, word.name, word.meaning)});
  }
}

std::string plain(std::string_view markdown) {
  std::string text(markdown);
  std::erase(text, '`');
  return text;
}

void add_errors(std::vector<Meaning>& all) {
  for (const ErrorWord& error : error_words()) {
    const std::string is = error.is.empty() ? "" : fmt::format(" ({})", plain(error.is));
    all.push_back({.word = std::string(error.name),
                   .place = "",
                   .text = fmt::format("error {}{}: {}\n  in Keras 3.15.1: {}\n", error.name, is,
                                       plain(error.when), plain(error.keras))});
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

std::vector<Meaning> glossary(const std::vector<CatalogDescription>& catalogs,
                              const Vocabulary& vocabulary, const Seams& seams) {
  std::vector<Meaning> all;
  add_keys(file_format(vocabulary, seams), all);
  add_entry_keys(catalogs, all);
  add_errors(all);
  add_words("hook", hook_words(), all);
  add_words("word of a view (\"of\")", view_words(), all);
  add_words("what a chapter can do:", actions(), all);
  add_words("status", status_words(), all);
  return all;
}

bool is_meant(const Meaning& meaning, std::string_view asked) {
  const std::string word = lower(asked);
  const std::string place = lower(meaning.place);
  return lower(meaning.word) == word || (!place.empty() && place == word) ||
         (word.find('.') != std::string::npos && place.ends_with("." + word));
}

}  // namespace trainwreck
