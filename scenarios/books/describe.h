#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "faults/inject/site.h"

namespace trainwreck {

struct Seams;
struct Vocabulary;

// One thing that a scenario can name. What it takes is learned by making it once from nothing, so
// that no description can say what the code does not.
struct EntryDescription {
  std::string name;
  std::string help;
  std::vector<ParamDoc> params = {};
  std::vector<Site> sites = {};  // of a fault: where it can strike
};

struct CatalogDescription {
  std::string title;     // "Layers"
  std::string singular;  // "layer"
  std::vector<EntryDescription> entries;
};

// All catalogs that are folders, in the order of docs/catalog.md, and then those that are tables:
// invariants, policy choices, sites, needs.
std::vector<CatalogDescription> describe(const Vocabulary& vocabulary, const Seams& seams);

// "integer, at least 1", "choice: `up`, `down`".
std::string type_text(const ParamDoc& doc);
// "required", or the default as JSON; a float's reads 0.1, not what a double makes of it.
std::string default_text(const ParamDoc& doc);

}  // namespace trainwreck
