#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "scenarios/flow/scenario.h"

namespace trainwreck {

// What the stories that tell a claim say of it, under one profile. A story can bear a claim out
// and another one refute it: then it is true in part.
enum class Bearing : std::uint8_t { untold, holds, partly, fails };
std::string_view name_of(Bearing bearing);

// A claim with everything that the scenarios say about it.
struct ToldClaim {
  std::string from;  // empty: somebody's own
  std::string says;  // as the first story words it
  Bearing keras = Bearing::untold;
  Bearing hardened = Bearing::untold;
  std::vector<std::string> stories;  // their names, without doubles
};

// All claims, sorted by their source; those that have none come last.
std::vector<ToldClaim> told_claims(std::span<const Scenario> scenarios);

// A claim that no training loop can show, and why.
struct UntoldClaim {
  std::string from;
  std::string says;
  std::string because;
};

// Reads scenarios/books/claims_not_shown.json.
std::vector<UntoldClaim> read_untold_claims(std::string_view text, Diagnostics& mistakes);

}  // namespace trainwreck
