#pragma once

#include <string>
#include <vector>

#include "scenarios/flow/vocabulary.h"

namespace trainwreck::testing {

// A block of a page that is fenced off: ```json held
struct Fence {
  std::string language;            // "json"
  std::vector<std::string> words;  // what else stands in its first line: "held"
  std::string text;
  std::string result;  // of the ```text block that follows, if one does
  std::string place;   // "docs/scenarios.md:12"
};

// `page` is a path from the top of the tree: "docs/scenarios.md".
std::string page_text(const std::string& page);
std::vector<Fence> fences_of(const std::string& page);

// Fails the test where what stands between <!-- keys: given.fit --> (or <!-- words: errors -->) and
// <!-- end --> is not what the code says. With TRAINWRECK_WRITE_PAGES it is written instead.
void expect_tables_as_in_code(const std::string& page);

// Parses an example, runs it and fails the test where it does not come to what its fence says:
// a verdict (held, failed, unreached, expected_failure), or "refused". What stands below it are the
// mistakes, or the expectations that did not hold.
void expect_example(const Fence& example, const Vocabulary& vocabulary);
// All JSON examples of a page.
void expect_examples(const std::string& page, const Vocabulary& vocabulary);

}  // namespace trainwreck::testing
