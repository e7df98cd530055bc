#include <fmt/format.h>

#include "engine/base/text.h"
#include "engine/seams/seams.h"
#include "scenarios/books/describe.h"
#include "scenarios/books/glossary.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

void print_entry(const CatalogDescription& catalog, const EntryDescription& entry) {
  fmt::print("{} {}: {}\n", catalog.singular, entry.name, entry.help);
  for (const ParamDoc& doc : entry.params) {
    const std::string fallback = doc.fallback.empty() ? "required" : "default " + default_text(doc);
    fmt::print("  {}: {}; {}{}\n", doc.key, type_text(doc), fallback,
               doc.help.empty() ? "" : "; " + doc.help);
  }
  if (entry.sites.empty()) return;
  std::vector<std::string_view> names;
  for (const Site site : entry.sites) names.push_back(name_of(site));
  fmt::print("  strikes at {}\n", joined(names));
}

// What only an invariant has to say.
void print_invariant(const InvariantEntry& invariant) {
  constexpr std::string_view kFrom[] = {"one trace", "a trace and the disk it left", "two runs",
                                        "a process"};
  fmt::print("  judged from {}\n", kFrom[static_cast<std::size_t>(invariant.kind)]);
  if (invariant.fields.empty()) return;
  fmt::print("  the trace has to tell: {}\n", joined(invariant.fields));
}

// Prints every entry of that name; false where there is none.
bool print_entries(const std::vector<CatalogDescription>& catalogs, const std::string& word,
                   const Vocabulary& vocabulary) {
  bool found = false;
  for (const CatalogDescription& catalog : catalogs) {
    for (const EntryDescription& entry : catalog.entries) {
      if (lower(entry.name) != lower(word)) continue;
      found = true;
      print_entry(catalog, entry);
      for (const InvariantEntry& invariant : vocabulary.invariants) {
        if (catalog.singular == "invariant" && invariant.id == entry.name) {
          print_invariant(invariant);
        }
      }
    }
  }
  return found;
}

std::string nearest_word(const std::string& word, const std::vector<CatalogDescription>& catalogs,
                         const std::vector<Meaning>& meanings) {
  std::vector<std::string_view> names;
  for (const CatalogDescription& catalog : catalogs) {
    for (const EntryDescription& entry : catalog.entries) names.push_back(entry.name);
  }
  for (const Meaning& meaning : meanings) {
    names.push_back(meaning.word);
    if (!meaning.place.empty()) names.push_back(meaning.place);
  }
  return std::string(closest(word, names));
}

}  // namespace

int command_explain(const std::string& word, const Vocabulary& vocabulary) {
  RealWorld world;
  const std::vector<CatalogDescription> catalogs = describe(vocabulary, world.seams());
  const std::vector<Meaning> meanings = glossary(catalogs, vocabulary, world.seams());
  bool found = print_entries(catalogs, word, vocabulary);
  for (const Meaning& meaning : meanings) {
    if (!is_meant(meaning, word)) continue;
    found = true;
    fmt::print("{}", meaning.text);
  }
  if (found) return kAllHeld;
  const std::string near = nearest_word(word, catalogs, meanings);
  fmt::print(stderr, "Nothing is called \"{}\"{}\n", word,
             near.empty() ? "." : fmt::format("; did you mean \"{}\"?", near));
  return kUsageError;
}

}  // namespace trainwreck
