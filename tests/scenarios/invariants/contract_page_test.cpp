#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "trainwreck/invariant.h"

// CONTRACT.md says what a loop must keep, the catalog asks for it: clause by clause.
namespace trainwreck {
namespace {

std::string page() {
  std::ostringstream text;
  text << std::ifstream(TRAINWRECK_SOURCE_DIR "/CONTRACT.md").rdbuf();
  return text.str();
}

// The ids in its section of clauses.
std::set<std::string> clauses_of_the_page() {
  const std::string text = page();
  const std::size_t begin = text.find("\n## 1.");
  const std::string section = text.substr(begin, text.find("\n## 2.") - begin);
  const std::regex id(R"(\b[BCDEGHLNPRSTUWXY][1-9]\b)");
  std::set<std::string> ids;
  for (std::sregex_iterator at(section.begin(), section.end(), id), end; at != end; ++at) {
    ids.insert(at->str());
  }
  return ids;
}

TEST(ContractPage, HasTheClausesOfTheCatalog) {
  std::set<std::string> ids;
  for (const InvariantEntry& invariant : builtin_invariants()) {
    EXPECT_TRUE(ids.emplace(invariant.id).second) << invariant.id << " is there twice";
    EXPECT_FALSE(invariant.meaning.empty()) << invariant.id;
  }
  EXPECT_EQ(ids, clauses_of_the_page());
}

// Every clause is kept in one test and broken in another; here only that it is tested at all.
TEST(ContractPage, EveryClauseHasItsTests) {
  std::string tests;
  for (const char* name : {"judge/contract_test", "invariants/contract_data_test",
                           "invariants/contract_evidence_test", "invariants/contract_runs_test"}) {
    std::ostringstream text;
    text << std::ifstream(std::string(TRAINWRECK_SOURCE_DIR "/tests/scenarios/") + name + ".cpp")
                .rdbuf();
    tests += text.str();
  }
  for (const InvariantEntry& invariant : builtin_invariants()) {
    const std::string id(invariant.id);
    EXPECT_NE(tests.find("TEST(" + id + ", "), std::string::npos) << id;
  }
}

}  // namespace
}  // namespace trainwreck
