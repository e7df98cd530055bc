#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "tests/observations/facts.h"

namespace trainwreck::testing {

// What the comparison goes by.
struct Rules {
  std::map<std::string, std::set<std::string>> errors;  // our types to Python's
  std::map<std::string, std::string> left_out;          // "table" or "id/table", with the reason
};
Rules read_rules();

// The first way in which a scenario does not state exactly the facts; empty: it states them all.
std::string first_difference(const Facts& facts, const Scenario& scenario, const Rules& rules);

// Whether our error is what Python's is for us; empty: it is. "nothing" is no error.
std::string error_difference(const std::string& ours, const std::string& python,
                             const Rules& rules);

// Whether it also says what a hardened loop makes of the same story.
std::string missing_verdict(const Scenario& scenario);

struct Books {
  std::set<std::string> matched;
  std::map<std::string, std::string> differing;  // id to the first difference
  std::map<std::string, std::string> not_applicable;
  std::vector<std::string> mistakes;  // ids that nobody, or more than one, accounts for

  std::string summary() const;
};

// The scenarios that tell an observation, under the keras profile.
std::vector<Plan> observation_plans(const Vocabulary& vocabulary);

// Every observation once: stated, run and judged; or accounted for otherwise.
Books keep_books(const std::vector<Facts>& facts, const Vocabulary& vocabulary);

}  // namespace trainwreck::testing
