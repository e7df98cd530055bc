#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/bench/callback_bench.h"

namespace trainwreck {

// For a terminal of 80 columns: every line with its time and its share of the epochs' time, which
// add up to 100, then what is outside the epochs and beside the loop, then the costs by callback.
std::string account_text(const BenchAccount& account);
// Shares of a whole in hundredths of a percent, rounded so that they add up to 10000.
std::vector<std::int64_t> shares_of(const std::vector<std::int64_t>& parts);

// As the option --json writes it, and back. Throws ValueError where the text is something else.
std::string accounts_json(const std::vector<BenchAccount>& accounts);
std::vector<BenchAccount> accounts_from(std::string_view json);

// What changed since, line by line, as time per epoch.
std::string against_text(const BenchAccount& before, const BenchAccount& now);

// What the callback costs, and how far that can be trusted.
std::string comparison_text(BenchComparison comparison);

// "left out: 2 faults: nothing strikes here".
std::string left_out_text(const std::vector<std::string>& left_out);

// "12.3 us".
std::string time_text(std::int64_t ns);

}  // namespace trainwreck
