#include "scenarios/books/list.h"

#include <string_view>

#include "scenarios/books/describe.h"
#include "scenarios/flow/vocabulary.h"

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

std::string row(const ParamDoc& doc) {
  const std::string fallback = default_text(doc);
  return "| `" + doc.key + "` | " + cell(type_text(doc)) + " | " +
         (doc.fallback.empty() ? fallback : "`" + cell(fallback) + "`") + " | " + cell(doc.help) +
         " |\n";
}

std::string entry_text(const EntryDescription& entry) {
  std::string text = "\n### `" + entry.name + "`\n\n" + entry.help + "\n";
  if (entry.params.empty()) return text;
  return text + "\n" + key_table(entry.params);
}

std::string table_of(const CatalogDescription& catalog) {
  std::string text = "\n| Id | Meaning |\n|---|---|\n";
  for (const EntryDescription& entry : catalog.entries) {
    text += "| `" + entry.name + "` | " + cell(entry.help) + " |\n";
  }
  return text;
}

}  // namespace

std::string key_table(const std::vector<ParamDoc>& keys) {
  std::string text = "| Key | Value | Default | Meaning |\n|---|---|---|---|\n";
  for (const ParamDoc& doc : keys) text += row(doc);
  return text;
}

std::string list_markdown(const Vocabulary& vocabulary, const Seams& seams) {
  std::string page =
      "# Catalog\n\nWhat a scenario file can name. Written by `./trainwreck list "
      "--markdown`.\n";
  for (const CatalogDescription& catalog : describe(vocabulary, seams)) {
    page += "\n## " + catalog.title + "\n";
    if (catalog.singular == "invariant") {
      page += table_of(catalog);
      break;  // what follows is no folder
    }
    for (const EntryDescription& entry : catalog.entries) page += entry_text(entry);
  }
  return page;
}

}  // namespace trainwreck
