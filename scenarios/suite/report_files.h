#pragma once

#include <string>
#include <vector>

#include "scenarios/suite/suite.h"

namespace trainwreck {

// The results in the dialects that machines read. What did not run is there, too, and says why.
std::string junit_report(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                         double seconds);
std::string json_report(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                        double seconds);
// GitHub's annotations: one line for each failure, at most nine and then how many more.
std::string annotations(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results);
// For $GITHUB_STEP_SUMMARY: what failed, as a table.
std::string markdown_summary(const std::vector<Plan>& plans,
                             const std::vector<SuiteResult>& results);

// Text as it may stand in an XML attribute or element: what XML cannot hold becomes U+FFFD.
std::string xml_text(const std::string& text);

}  // namespace trainwreck
