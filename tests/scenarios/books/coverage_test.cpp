
#include "scenarios/books/coverage.h"

#include <gtest/gtest.h>

#include "scenarios/flow/vocabulary.h"
#include "scenarios/suite/selection.h"
#include "trainwreck/cli.h"

namespace trainwreck {
namespace {

// Only ever lower it. A new kind of fault brings a story for every hook that it can strike in, or
// the reason why it cannot.
constexpr std::size_t kNotTestedYet = 78;

TEST(Coverage, OfTheLibraryGetsNoNewHoles) {
  const Vocabulary vocabulary = builtin_vocabulary();
  std::vector<Scenario> scenarios;
  ASSERT_TRUE(read_scenarios({TRAINWRECK_SOURCE_DIR "/scenarios/library"}, vocabulary, scenarios));
  const Coverage coverage = coverage_of(scenarios, vocabulary);
  EXPECT_EQ(coverage.count(Covered::not_yet), kNotTestedYet) << "list coverage names the cells";
  EXPECT_GT(coverage.count(Covered::tested), 150U);
}

}  // namespace
}  // namespace trainwreck
