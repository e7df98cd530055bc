// The pages for those who write callbacks and data sources of their own. Their examples are files
// of the consumer project: they are compiled here too, named in scenarios and held to the data
// contract.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "engine/seams/seams.h"
#include "scenarios/cli/commands.h"
#include "tests/consumer/callbacks/loss_ceiling.cpp"
#include "tests/consumer/data/price_table.cpp"
#include "tests/consumer/data/price_ticks.cpp"
#include "tests/scenarios/support/pages.h"
#include "tests/scenarios/support/told_story.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

Vocabulary vocabulary_of_the_shop() {
  Vocabulary vocabulary = builtin_vocabulary();
  vocabulary.engine.callbacks.push_back(shop::callbacks::loss_ceiling());
  vocabulary.engine.data.push_back(shop::data::price_table());
  vocabulary.engine.data.push_back(shop::data::price_ticks());
  return vocabulary;
}

// A fence that names a file shows that file, whole.
void expect_shown_files(const std::string& page, std::size_t count) {
  std::size_t shown = 0;
  for (const Fence& fence : fences_of(page)) {
    if (fence.words.empty() || fence.words.back().find('/') == std::string::npos) continue;
    ++shown;
    EXPECT_EQ(fence.text, page_text(fence.words.back())) << fence.place;
  }
  EXPECT_EQ(shown, count) << page;
}

TEST(ManualOfCallbacks, ShowsFilesThatAreCompiled) { expect_shown_files("docs/callbacks.md", 2); }

TEST(ManualOfCallbacks, ExamplesDoWhatThePageSays) {
  expect_examples("docs/callbacks.md", vocabulary_of_the_shop());
}

TEST(ManualOfData, ShowsFilesThatAreCompiled) { expect_shown_files("docs/data.md", 2); }

TEST(ManualOfData, ExamplesDoWhatThePageSays) {
  expect_examples("docs/data.md", vocabulary_of_the_shop());
}

TEST(ManualOfData, ItsSourcesKeepTheContract) {
  for (const char* kind : {"price_table", "price_ticks"}) {
    ::testing::internal::CaptureStdout();
    const int code =
        command_check_data({.kind = kind, .params = {"batches=3", "batch_size=2"}, .scripts = 200},
                           vocabulary_of_the_shop());
    const std::string said = ::testing::internal::GetCapturedStdout();
    EXPECT_EQ(code, kAllHeld) << said;
  }
}

// "sort_of(args)": the names that a page speaks of in its first column.
std::vector<std::string> members_in(const std::string& page, const std::string& heading) {
  std::vector<std::string> names;
  std::istringstream in(page.substr(page.find("\n## " + heading)));
  in.ignore(4);
  for (std::string line; std::getline(in, line) && !line.starts_with("## ");) {
    if (!line.starts_with("| `")) continue;
    const std::string cell = line.substr(0, line.find(" | "));
    for (std::size_t at = cell.find('`'); at != std::string::npos; at = cell.find('`', at + 1)) {
      const std::size_t end = cell.find_first_of("(`", at + 1);
      names.push_back(cell.substr(at + 1, end - at - 1));
      at = cell.find('`', at + 1);
    }
  }
  return names;
}

TEST(ManualOfCallbacks, NamesWhatASessionHas) {
  const std::string header = page_text("engine/include/trainwreck/session.h");
  const std::vector<std::string> names =
      members_in(page_text("docs/callbacks.md"), "What a Session gives");
  EXPECT_GT(names.size(), 20U);
  for (const std::string& name : names) EXPECT_THAT(header, HasSubstr(" " + name + "("));
}

}  // namespace
}  // namespace trainwreck::testing
