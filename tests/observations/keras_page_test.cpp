
#include "scenarios/books/keras_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "scenarios/cli/commands.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/suite/find_scenarios.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(KerasPage, SaysWhatTheRunsSay) {
  const std::string top = TRAINWRECK_SOURCE_DIR;
  std::vector<std::string> files;
  ASSERT_TRUE(find_scenarios({top + "/scenarios/library/keras"}, files));
  const Vocabulary vocabulary = builtin_vocabulary();
  std::ostringstream page;
  page << std::ifstream(top + "/docs/keras.md").rdbuf();
  EXPECT_EQ(page.str(), keras_page(tell_twice(files, vocabulary), vocabulary))
      << "bring it up to date with: ./trainwreck keras >docs/keras.md";
}

ToldTwice told(const std::string& name, const std::string& case_name, StoryEnd keras,
               StoryEnd hardened) {
  return {.situation = "exceptions",
          .name = name,
          .case_name = case_name,
          .keras = std::move(keras),
          .hardened = std::move(hardened)};
}

std::string page_of(const std::vector<ToldTwice>& stories) {
  return keras_page(stories, builtin_vocabulary());
}

const StoryEnd kCompleted{.text = "completed"};
const StoryEnd kFailed{.text = "failed: ValueError", .good = false, .broken = {"N4"}};

TEST(KerasPage, PutsFirstWhatGoesOnInSilence) {
  const std::string page =
      page_of({told("both fail", "", kFailed, kFailed), told("goes on", "", kCompleted, kFailed)});
  EXPECT_LT(page.find("goes on"), page.find("both fail"));
  EXPECT_THAT(page, HasSubstr("| goes on | completed | failed: ValueError | none |"));
  EXPECT_THAT(page, Not(HasSubstr("No difference that the contract speaks of")));
}

TEST(KerasPage, CasesThatComeOutAlikeShareALine) {
  const std::string page = page_of({told("a story", "first", kFailed, kFailed),
                                    told("a story", "second", kFailed, kFailed),
                                    told("a story", "third", kCompleted, kCompleted)});
  EXPECT_THAT(page, HasSubstr("| a story (first; second) | failed: ValueError |"));
  EXPECT_THAT(page, HasSubstr("| a story (third) | completed | completed | none |"));
}

TEST(KerasPage, WhatMostStoriesBreakStandsInTheTableAlone) {
  const std::vector<ToldTwice> stories{told("one", "", kFailed, kFailed),
                                       told("two", "", kCompleted, kCompleted)};
  EXPECT_THAT(page_of(stories),
              HasSubstr("| one | failed: ValueError | failed: ValueError | N4 |"));
  const std::vector<ToldTwice> alike{told("one", "", kFailed, kFailed),
                                     told("two", "", kFailed, kFailed)};
  EXPECT_THAT(page_of(alike), HasSubstr("in the last table alone: N4."));
  EXPECT_THAT(page_of(alike),
              HasSubstr("| one | failed: ValueError | failed: ValueError | none |"));
}

TEST(KerasPage, CountsBreachesBySituation) {
  const std::string page =
      page_of({told("one", "", kFailed, kFailed), told("two", "", kFailed, kFailed)});
  EXPECT_THAT(page, HasSubstr("| exceptions 2 |"));
}

}  // namespace
}  // namespace trainwreck::testing
