#include "scenarios/books/claims.h"

#include <algorithm>
#include <map>
#include <utility>

namespace trainwreck {
namespace {

void bear(Bearing& bearing, const std::optional<bool>& holds) {
  if (!holds) return;
  const Bearing now = *holds ? Bearing::holds : Bearing::fails;
  bearing = bearing == Bearing::untold || bearing == now ? now : Bearing::partly;
}

}  // namespace

std::string_view name_of(Bearing bearing) {
  switch (bearing) {
    case Bearing::untold:
      return "untold";
    case Bearing::holds:
      return "true";
    case Bearing::partly:
      return "partly";
    case Bearing::fails:
      return "false";
  }
  return "?";
}

std::vector<ToldClaim> told_claims(std::span<const Scenario> scenarios) {
  std::map<std::pair<bool, std::string>, ToldClaim> by_source;
  for (const Scenario& scenario : scenarios) {
    for (const Claim& claim : scenario.claims) {
      ToldClaim& told =
          by_source[{claim.from.empty(), claim.from.empty() ? claim.says : claim.from}];
      if (told.stories.empty()) {
        told.from = claim.from;
        told.says = claim.says;
      }
      bear(told.keras, claim.holds_in_keras);
      bear(told.hardened, claim.holds_in_hardened);
      const bool known =
          std::find(told.stories.begin(), told.stories.end(), scenario.name) != told.stories.end();
      if (!known) told.stories.push_back(scenario.name);
    }
  }
  std::vector<ToldClaim> all;
  for (auto& [source, told] : by_source) all.push_back(std::move(told));
  return all;
}

std::vector<UntoldClaim> read_untold_claims(std::string_view text, Diagnostics& mistakes) {
  Params params = Params::parse(text, mistakes);
  params.text("about", "", "what this list is");
  std::vector<UntoldClaim> claims;
  for (Params& item : params.children("claims", "what no training loop can show")) {
    claims.push_back({.from = item.need_text("from", "where it comes from"),
                      .says = item.need_text("says", "the claim in one sentence"),
                      .because = item.need_text("because", "why no story can tell it")});
    item.reject_unknown_keys();
  }
  params.reject_unknown_keys();
  return claims;
}

}  // namespace trainwreck
