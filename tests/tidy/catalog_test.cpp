// Holds the catalogs against the folders that they were made from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/catalogs.h"
#include "engine/policy/policy_names.h"
#include "engine/seams/seams.h"
#include "scenarios/books/list.h"
#include "scenarios/flow/doubles.h"
#include "tests/tidy/rules.h"
#include "trainwreck/cli.h"

namespace trainwreck::tidy {
namespace {

using ::testing::IsEmpty;

template <class Entry>
void add(std::vector<CatalogEntry>& all, const std::string& folder,
         std::span<const Entry> entries) {
  for (const Entry& entry : entries) {
    all.push_back({folder, std::string(entry.name), std::string(entry.help)});
  }
}

std::vector<CatalogEntry> all_entries() {
  std::vector<CatalogEntry> all;
  add(all, "engine/layers", builtin_layers());
  add(all, "engine/losses", builtin_losses());
  add(all, "engine/metrics", builtin_metrics());
  add(all, "engine/optimizers", builtin_optimizers());
  add(all, "engine/schedules", builtin_schedules());
  add(all, "engine/initialisers", builtin_initialisers());
  add(all, "engine/data", builtin_data());
  add(all, "engine/callbacks", builtin_callbacks());
  add(all, "faults/kinds", builtin_faults());
  add(all, "scenarios/assertions", builtin_assertions());
  add(all, "scenarios/callback_doubles", callback_doubles());
  add(all, "scenarios/source_doubles", source_doubles());
  return all;
}

TEST(TidyCatalogs, NoEntryIsNeglected) {
  EXPECT_THAT(neglected_entries(read_tree(TRAINWRECK_SOURCE_DIR), all_entries()), IsEmpty());
}

TEST(TidyCatalogs, EveryChoiceOfAPolicyIsShownByATest) {
  std::vector<Choice> choices;
  for (const PolicyChoice& choice : policy_choices()) {
    choices.push_back({.name = std::string(choice.name),
                       .help = std::string(choice.help),
                       .keras = std::string(choice.values[choice.get(keras())]),
                       .hardened = std::string(choice.values[choice.get(hardened())])});
  }
  EXPECT_THAT(unshown_choices(read_tree(TRAINWRECK_SOURCE_DIR), choices), IsEmpty());
}

TEST(TidyCatalogs, DocsSayWhatTheCodeSays) {
  RealWorld world;
  std::ostringstream docs;
  docs << std::ifstream(TRAINWRECK_SOURCE_DIR "/docs/catalog.md").rdbuf();
  EXPECT_EQ(docs.str(), list_markdown(builtin_vocabulary(), world.seams()))
      << "bring it up to date with: ./trainwreck list --markdown >docs/catalog.md";
}

}  // namespace
}  // namespace trainwreck::tidy
