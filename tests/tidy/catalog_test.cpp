// Holds the catalogs against the folders that they were made from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/catalogs.h"
#include "engine/seams/seams.h"
#include "scenarios/list.h"
#include "tests/tidy/rules.h"

namespace trainwreck::tidy {
namespace {

using ::testing::IsEmpty;

template <class Entry>
void add(std::vector<CatalogEntry>& all, const std::string& folder,
         const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    all.push_back({folder, std::string(entry.name), std::string(entry.help)});
  }
}

std::vector<CatalogEntry> all_entries() {
  const Catalogs catalogs = builtin_catalogs();
  std::vector<CatalogEntry> all;
  add(all, "engine/layers", catalogs.layers);
  add(all, "engine/losses", catalogs.losses);
  add(all, "engine/metrics", catalogs.metrics);
  add(all, "engine/optimizers", catalogs.optimizers);
  add(all, "engine/schedules", catalogs.schedules);
  add(all, "engine/initialisers", catalogs.initialisers);
  add(all, "engine/data", catalogs.data);
  add(all, "engine/callbacks", catalogs.callbacks);
  return all;
}

TEST(TidyCatalogs, NoEntryIsNeglected) {
  EXPECT_THAT(neglected_entries(read_tree(TRAINWRECK_SOURCE_DIR), all_entries()), IsEmpty());
}

TEST(TidyCatalogs, DocsSayWhatTheCodeSays) {
  const Catalogs catalogs = builtin_catalogs();
  RealWorld world;
  const Seams seams = world.seams();
  std::ostringstream docs;
  docs << std::ifstream(TRAINWRECK_SOURCE_DIR "/docs/catalog.md").rdbuf();
  EXPECT_EQ(docs.str(), list_markdown({.catalogs = catalogs, .seams = seams}))
      << "bring it up to date with: ./trainwreck list --markdown >docs/catalog.md";
}

}  // namespace
}  // namespace trainwreck::tidy
