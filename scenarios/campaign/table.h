#pragma once

#include <string>
#include <vector>

#include "scenarios/campaign/causes.h"
#include "scenarios/campaign/results.h"

namespace trainwreck::campaign {

// One row for each fault, one column for each class that occurred, then the causes.
std::string table_text(const Findings& findings, const Progress& progress);

// For servers: a test case for each fault and each cause; annotations for a GitHub workflow.
std::string junit_text(const Findings& findings, const Progress& progress);
std::string github_text(const Findings& findings, const std::vector<std::string>& command);

// A folder for each cause, with what a fault had left and a script that tries that point again: it
// fails in the same way. Throws IoError.
void save_findings(const WreckOptions& options, const Findings& findings,
                   const std::vector<Point>& points);

}  // namespace trainwreck::campaign
