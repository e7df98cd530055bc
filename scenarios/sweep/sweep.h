#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/flow/outcome.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/sweep/sweep_points.h"

namespace trainwreck {

// One thing that must hold and was broken in the run of one point.
struct SweepFinding {
  SweepPoint point;
  std::string signature;  // what equal failures share: the clause
  std::string text;       // its first breach
};
// The signature of a run that was another one before anything had struck: it depends on something
// that the harness does not see, so that nothing can be said of it.
inline constexpr std::string_view kStrayed = "not deterministic";

// What was tried, for somebody who wants to check it.
struct SweepCertificate {
  std::uint64_t crossings = 0;     // of an undisturbed run
  std::uint64_t points = 0;        // kinds at crossings, once and lasting
  std::uint64_t tried = 0;         // runs that were made
  std::uint64_t struck = 0;        // of those the ones in which the fault struck
  std::uint64_t no_strike = 0;     // nothing to bend there
  std::uint64_t outside = 0;       // crossings outside of any call: nothing can be armed there
  std::uint64_t without_kind = 0;  // crossings at sites where no kind can strike
  std::uint64_t trace_hash = 0;    // of the undisturbed run
  std::uint64_t end_hash = 0;      // of the weights and files that it ends with
  bool repeats = false;            // a second undisturbed run was the same
  bool nothing_fires_past_the_end = false;  // a fault armed past the last crossing changed nothing
};

struct SweepResult {
  std::string profile;
  SweepCertificate certificate;
  std::vector<SweepFinding> findings;
  std::set<std::string> broken_undisturbed;   // clauses: what they say of the other runs is no news
  std::map<std::string, std::uint64_t> ends;  // how many runs returned, died, hung
};

struct SweepOptions {
  std::vector<SweptKind> kinds;
  std::uint64_t most_points = 100'000;
  std::function<void(std::uint64_t done, std::uint64_t of)> progress = {};
};

// The scenario without its own faults and statements: what a sweep runs under each profile. It has
// to keep the contract.
std::vector<Plan> sweep_plans(const Scenario& scenario, const Vocabulary& vocabulary);

// Those of the kinds that mean something in this story: a loss without classes has no label that is
// out of range.
std::vector<SweptKind> kinds_for(const Scenario& scenario, std::vector<SweptKind> kinds,
                                 const Vocabulary& vocabulary);

// Runs the plan once to list every crossing, and then once for each kind of fault at each of them,
// for one strike and for a lasting one. Simulated worlds alone.
SweepResult sweep(const Plan& plan, const Vocabulary& vocabulary, const SweepOptions& options);

}  // namespace trainwreck
