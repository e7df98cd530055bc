#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "engine/catalogs.h"
#include "engine/loop/policy.h"
#include "faults/fault.h"
#include "scenarios/assertion.h"
#include "scenarios/invariant.h"
#include "scenarios/outcome.h"
#include "scenarios/scenario.h"

namespace trainwreck {

// scenario text -> parse -> Scenario -> plan -> Plan -> run -> Outcome -> judge -> Verdict ->
// report. Each arrow is one of the functions below: values in, values out.

// Everything a scenario may name.
struct Vocabulary {
  Catalogs engine;
  std::vector<FaultEntry> faults;
  std::vector<AssertionEntry> assertions;
  std::vector<InvariantEntry> invariants;
};
Vocabulary builtin_vocabulary();

struct ParsedScenario {
  std::vector<Scenario> scenarios;  // one, or one per case; empty when there are mistakes
  Diagnostics mistakes;             // all of them, in one pass
};
ParsedScenario parse_scenario(std::string_view text, const std::string& path,
                              const Vocabulary& vocabulary);

// How much of the harness stands around a run.
enum class Harness : std::uint8_t {
  armed,  // as the scenario says
  idle,   // the same, but no fault ever strikes
  absent  // neither shims nor trace nor faults
};

// One run to be made: a scenario under one profile. Copyable; says everything needed to do it
// again.
struct Plan {
  Scenario scenario;
  std::string profile;  // "keras" or "hardened"
  Policy policy;
  std::uint64_t seed = 1;
  Evidence evidence{};
  Harness harness = Harness::armed;
  std::int64_t failing_sync = -1;  // this sync of a file (from 0) fails; below 0: none
  int repetition = 0;              // of a run that is made several times
};
// Of each profile that the scenario says something about. What is planned under hardened has to
// keep the contract, unless the scenario says something else about it or takes choices of its own.
std::vector<Plan> plan(const Scenario& scenario, const Vocabulary& vocabulary);

// Builds everything afresh, runs the story, hands back what can be known of it.
Outcome run(const Plan& plan, const Vocabulary& vocabulary);

enum class VerdictKind : std::uint8_t { held, failed, skipped, expected_failure, unreached, error };
std::string_view name_of(VerdictKind kind);

struct CheckedAssertion {
  std::string pointer;  // "/then/hardened/2"
  int line = 0;
  std::string kind;
  Finding finding;
  std::vector<std::string> context;  // the few trace lines around what it shows
};

struct Verdict {
  VerdictKind kind = VerdictKind::held;
  std::string profile;
  std::vector<CheckedAssertion> assertions;
  std::string note;  // why skipped, what was unreached, what went wrong in the harness
  double seconds = 0.0;
};
Verdict judge(const Outcome& outcome, const Plan& plan, const Vocabulary& vocabulary);

}  // namespace trainwreck
