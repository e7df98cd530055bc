#include "scenarios/books/list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/seams/seams.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::unique_ptr<Schedule> read_everything(Params& params, const BuildContext&) {
  params.need_integer("steps", "how many", {.low = 1});
  params.number("rate", static_cast<double>(0.1F), "a|b", {.low = 0.0, .high = 1.0});
  params.flag("fast", true);
  const std::string_view choices[] = {"up", "down"};
  params.choice("way", choices, 1, "where to");
  return nullptr;
}

std::unique_ptr<Schedule> read_nothing(Params&, const BuildContext&) { return nullptr; }

std::string listed(std::vector<ScheduleEntry> schedules) {
  Vocabulary vocabulary;
  vocabulary.engine.schedules = std::move(schedules);
  vocabulary.invariants.push_back({.id = "N4", .meaning = "Every epoch that began ends."});
  RealWorld world;
  return list_markdown(vocabulary, world.seams());
}

TEST(ListMarkdown, ShowsWhatAnEntryAskedFor) {
  EXPECT_THAT(listed({{"odd", "Does odd things.", &read_everything}}),
              HasSubstr("\n## Learning rate schedules\n\n"
                        "### `odd`\n\nDoes odd things.\n\n"
                        "| Key | Value | Default | Meaning |\n|---|---|---|---|\n"
                        "| `steps` | integer, at least 1 | required | how many |\n"
                        "| `rate` | number, 0 to 1 | `0.1` | a\\|b |\n"
                        "| `fast` | flag | `true` |  |\n"
                        "| `way` | choice: `up`, `down` | `\"down\"` | where to |\n"
                        "\n## Initialisers\n"));
}

TEST(ListMarkdown, ShowsNoTableWhereNothingIsAsked) {
  EXPECT_THAT(listed({{"plain", "Has no choice.", &read_nothing}}),
              HasSubstr("### `plain`\n\nHas no choice.\n\n## Initialisers\n"));
}

TEST(ListMarkdown, KeepsTheHeadingOfAnEmptyCatalog) {
  EXPECT_THAT(listed({}), HasSubstr("\n## Data\n\n## Callbacks\n"));
}

TEST(ListMarkdown, EndsWithTheInvariants) {
  EXPECT_THAT(listed({}), EndsWith("\n## Invariants\n\n| Id | Meaning |\n|---|---|\n"
                                   "| `N4` | Every epoch that began ends. |\n"));
}

}  // namespace
}  // namespace trainwreck
