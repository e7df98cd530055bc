#include "engine/base/check.h"
#include "engine/base/params.h"
#include "engine/loop/policy_names.h"
#include "engine/seams/seams.h"
#include "scenarios/build.h"
#include "scenarios/stages.h"

namespace trainwreck {
namespace {

void add_needs(const std::vector<Part>& parts, const Vocabulary& vocabulary,
               const BuildContext& context, Evidence& evidence) {
  for (const Part& part : parts) evidence.add(build_assertion(part, vocabulary, context)->needs());
}

void add_needs(const Expectations& then, std::string_view profile, const Vocabulary& vocabulary,
               const BuildContext& context, Evidence& evidence) {
  add_needs(then.both, vocabulary, context, evidence);
  add_needs(profile == "keras" ? then.keras : then.hardened, vocabulary, context, evidence);
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

Policy policy_for(const Scenario& scenario, std::string_view profile) {
  const Policy base = profile == "keras" ? keras() : hardened();
  if (!scenario.given.policy) return base;
  Diagnostics mistakes;
  Params params = Params::parse(scenario.given.policy->json, mistakes);
  const Policy policy = read_policy(params, base);
  TRAINWRECK_CHECK(mistakes.empty(), "the policy was read before without complaint");
  return policy;
}

}  // namespace

void Evidence::add(const Evidence& other) {
  crossings |= other.crossings;
  memory |= other.memory;
  checksums |= other.checksums;
  digests |= other.digests;
  refit |= other.refit;
  hook_times |= other.hook_times;
  states |= other.states;
  weights_at.insert(weights_at.end(), other.weights_at.begin(), other.weights_at.end());
}

// One plan for each profile that the scenario says something about.
std::vector<Plan> plan(const Scenario& scenario, const Vocabulary& vocabulary) {
  RealWorld world;
  const Seams seams = world.seams();
  const BuildContext context{.catalogs = vocabulary.engine, .seams = seams};
  std::vector<Plan> plans;
  for (const std::string_view profile : {"keras", "hardened"}) {
    if (!speaks_of(scenario, profile)) continue;
    Plan one{.scenario = scenario,
             .profile = std::string(profile),
             .policy = policy_for(scenario, profile),
             .seed = scenario.given.seed};
    add_needs(scenario.then, profile, vocabulary, context, one.evidence);
    for (const Chapter& chapter : scenario.chapters) {
      add_needs(chapter.then, profile, vocabulary, context, one.evidence);
    }
    plans.push_back(std::move(one));
  }
  return plans;
}

}  // namespace trainwreck
