
#include "scenarios/language/planning.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/params.h"
#include "engine/policy/policy_names.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/build.h"

namespace trainwreck {
namespace {

void add_needs(const std::vector<Expectation>& expectations, EvidenceRequest& evidence) {
  for (const Expectation& one : expectations) evidence.add(one.assertion->needs());
}

void add_needs(const Expectations& then, std::string_view profile, EvidenceRequest& evidence) {
  add_needs(then.both, evidence);
  add_needs(profile == "keras" ? then.keras : then.hardened, evidence);
}

bool speaks_of(const Expectations& then, std::string_view profile) {
  return !then.both.empty() || !(profile == "keras" ? then.keras : then.hardened).empty();
}

bool speaks_of(const Scenario& scenario, std::string_view profile) {
  if (scenario.profile) return *scenario.profile == profile;
  if (speaks_of(scenario.then, profile)) return true;
  for (const Chapter& chapter : scenario.chapters) {
    if (speaks_of(chapter.then, profile)) return true;
  }
  return false;
}

bool says(const std::vector<Expectation>& expectations, std::string_view kind) {
  return std::any_of(expectations.begin(), expectations.end(),
                     [&](const Expectation& one) { return one.part.kind == kind; });
}

bool says(const Expectations& then, std::string_view kind) {
  return says(then.both, kind) || says(then.hardened, kind);
}

// The hardened profile keeps the contract, whatever a scenario is about, unless it says that it
// does not or takes another choice.
void expect_contract(Scenario& scenario, const Vocabulary& vocabulary) {
  if (scenario.given.policy) return;
  bool has_its_say = false;
  for (const std::string_view kind : {"keeps_contract", "breaks_contract"}) {
    has_its_say |= says(scenario.then, kind);
    for (const Chapter& chapter : scenario.chapters) has_its_say |= says(chapter.then, kind);
  }
  if (has_its_say) return;
  const Part part = part_of(R"({"kind": "keeps_contract"})", "/then");
  scenario.then.hardened.push_back(build_expectation(part, vocabulary));
}

Policy policy_for(const Scenario& scenario, std::string_view profile) {
  const Policy base = profile == "keras" ? keras() : hardened();
  if (!scenario.given.policy) return base;
  Diagnostics mistakes;
  const Part& chosen = *scenario.given.policy;
  Params params = Params::over(chosen.value, chosen.pointer, mistakes);
  const Policy policy = read_policy(params, base);
  TRAINWRECK_CHECK(mistakes.empty(), "the policy was read before without complaint");
  return policy;
}

}  // namespace

std::vector<Plan> plan(const Scenario& scenario, const Vocabulary& vocabulary) {
  std::vector<Plan> plans;
  for (const std::string_view profile : {"keras", "hardened"}) {
    if (!speaks_of(scenario, profile)) continue;
    Plan one{.scenario = scenario,
             .profile = std::string(profile),
             .policy = policy_for(scenario, profile),
             .seed = scenario.given.seed};
    if (profile == "hardened") expect_contract(one.scenario, vocabulary);
    one.evidence.disk = scenario.power_cut.has_value();
    add_needs(one.scenario.then, profile, one.evidence);
    for (const Chapter& chapter : scenario.chapters) {
      add_needs(chapter.then, profile, one.evidence);
    }
    plans.push_back(std::move(one));
  }
  return plans;
}

}  // namespace trainwreck
