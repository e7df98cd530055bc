#pragma once

#include <cstdint>

namespace trainwreck {

struct FitOptions;
struct ValidationFrequency;

// Throws the ValueError for the first option that could only be a mistake.
void check_fit_options(const FitOptions& options);

// Whether to validate after this epoch. Throws ValueError for a frequency of 0.
bool is_due(const ValidationFrequency& frequency, std::int64_t epoch);

}  // namespace trainwreck
