#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/loop/hook.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

// Whether some scenario lets a kind of fault strike in a hook.
enum class Covered : std::uint8_t { tested, not_feasible, not_yet };

struct CoverageRow {
  std::string kind;
  std::array<Covered, kHooks> cells{};
  std::array<std::string, kHooks> reasons{};  // of what is not feasible
};

struct Coverage {
  std::vector<CoverageRow> rows;  // one for each kind of fault

  std::size_t count(Covered covered) const;
};

// The matrix hook x fault kind, from what the scenarios say: a scenario's fault counts where its
// trigger names the hook, and a fault that never struck makes its scenario fail.
Coverage coverage_of(const std::vector<Scenario>& scenarios, const Vocabulary& vocabulary);

// As a table, with the reasons below it and the three sums at the end.
std::string text_of(const Coverage& coverage);

}  // namespace trainwreck
