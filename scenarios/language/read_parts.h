#pragma once

#include <memory>

#include "faults/inject/trigger.h"
#include "scenarios/flow/scenario.h"
#include "scenarios/flow/vocabulary.h"
#include "trainwreck/entry.h"
#include "trainwreck/fault.h"

namespace trainwreck {

// Readers that parsing and building share. All complaints go to the parameters.

// {"kind": ..., "at": {...}, "times": ...}: a fault and its trigger.
std::unique_ptr<Fault> read_fault(Params& params, const Vocabulary& vocabulary,
                                  const BuildContext& context, Trigger& trigger);
Expectation read_expectation(Params& params, const Vocabulary& vocabulary);
FitCall read_fit(Params& params);
void read_compile(Params& params, Setup& setup, const BuildContext& context);
Network read_network(Params& params);
Setup read_setup(Params& params, const Vocabulary& vocabulary, const BuildContext& context);
// {"both": [...], "keras": [...], "hardened": [...]}.
Expectations read_profiles(Params& params, const Vocabulary& vocabulary);
// A list, or {"both": [...], "keras": [...], "hardened": [...]}. `unqualified` is the profile that
// a bare list speaks of.
Expectations read_expectations(Params& parent, std::string_view key, std::string_view unqualified,
                               const Vocabulary& vocabulary);
Chapter read_chapter(Params& params, std::string_view unqualified, const Vocabulary& vocabulary,
                     const BuildContext& context);
std::vector<Chapter> read_chapters(Params& scenario, std::string_view unqualified,
                                   const Vocabulary& vocabulary, const BuildContext& context);

void read_holds(Params& params, Claim& claim);
Claim read_claim(Params& params);
ExpectedFailure read_expected_failure(Params& params);
PowerCutWish read_power_cut(Params& params);
// A whole story, without its cases.
Scenario read_scenario(Params& params, const std::string& path, const Vocabulary& vocabulary,
                       const BuildContext& context);

}  // namespace trainwreck
