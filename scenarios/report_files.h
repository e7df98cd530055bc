#pragma once

#include <string>
#include <vector>

#include "scenarios/suite.h"

namespace trainwreck {

// The results in the dialects that machines read. What did not run is left out.
std::string junit_report(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                         double seconds);
std::string json_report(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                        double seconds);
// GitHub's annotations: one line for each failure, at most nine and then how many more.
std::string annotations(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results);

// Text as it may stand in an XML attribute or element: what XML cannot hold becomes U+FFFD.
std::string xml_text(const std::string& text);

// Puts a file in place, whole or not at all. Throws IoError.
void write_report(const std::string& path, const std::string& bytes);

}  // namespace trainwreck
