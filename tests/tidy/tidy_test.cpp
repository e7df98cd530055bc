// Holds the house rules against this very source tree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/flow/vocabulary.h"
#include "tests/tidy/rules.h"
#include "tests/tidy/scenario_rules.h"

namespace trainwreck::tidy {
namespace {

using ::testing::IsEmpty;

const Listing& tree() {
  static const Listing listing = read_tree(TRAINWRECK_SOURCE_DIR);
  return listing;
}

void add_file(const std::filesystem::path& path, std::ostringstream& text) {
  text << std::ifstream(path).rdbuf();
}

// Files that are compiled together are named in the file that includes them all.
std::string compile_commands() {
  const std::filesystem::path build(TRAINWRECK_BINARY_DIR);
  std::ostringstream text;
  add_file(build / "compile_commands.json", text);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(build)) {
    if (entry.path().filename().string().starts_with("unity_")) add_file(entry.path(), text);
  }
  return std::move(text).str();
}

// Headers that may use Eigen or the JSON library; only sources include them.
const std::vector<std::string> kPrivateHeaders = {"engine/kernels/eigen_maps.h"};

// Folders that grow with every entry; tests/tidy/catalog_test.cpp holds them against their tables.
const std::vector<std::string> kCatalogs = {"engine/callbacks", "faults/kinds",
                                            "scenarios/assertions", "scenarios/invariants"};

TEST(Tidy, TheTreeWasFound) { EXPECT_GT(tree().size(), 20U); }
TEST(Tidy, IncludesFollowTheOrderOfTheFolders) { EXPECT_THAT(wrong_includes(tree()), IsEmpty()); }
TEST(Tidy, EveryHeaderIsIncluded) { EXPECT_THAT(dead_headers(tree()), IsEmpty()); }
TEST(Tidy, EverySourceIsBuilt) {
  EXPECT_THAT(unbuilt_sources(tree(), compile_commands()), IsEmpty());
}
TEST(Tidy, FilesAndLinesAreShort) { EXPECT_THAT(oversized_files(tree()), IsEmpty()); }
TEST(Tidy, FunctionsAreShort) { EXPECT_THAT(oversized_functions(tree()), IsEmpty()); }
TEST(Tidy, FoldersAreShallow) { EXPECT_THAT(deep_folders(tree()), IsEmpty()); }
TEST(Tidy, FoldersAreNotCrowded) { EXPECT_THAT(crowded_folders(tree(), kCatalogs), IsEmpty()); }
TEST(Tidy, NoWordIsBanned) { EXPECT_THAT(banned_words(tree()), IsEmpty()); }
TEST(Tidy, FilesOfAFolderShareNoLocalName) { EXPECT_THAT(shared_local_names(tree()), IsEmpty()); }
TEST(Tidy, TheEngineReachesTheWorldThroughSeamsAlone) {
  EXPECT_THAT(unseamed_engine(tree()), IsEmpty());
}
TEST(Tidy, TraceEventsAreReadByTheirNames) { EXPECT_THAT(raw_trace_events(tree()), IsEmpty()); }
TEST(Tidy, EveryScenarioSaysSomething) {
  EXPECT_THAT(silent_scenarios(tree(), builtin_vocabulary()), IsEmpty());
}
TEST(Tidy, DependenciesStayInSources) {
  EXPECT_THAT(leaked_dependencies(tree(), kPrivateHeaders), IsEmpty());
}

}  // namespace
}  // namespace trainwreck::tidy
