#pragma once

#include <string>
#include <vector>

namespace trainwreck {

// The scenario files behind paths given on the command line, sorted; complains on stderr about a
// path that is not there and returns false.
bool find_scenarios(const std::vector<std::string>& paths, std::vector<std::string>& files);

}  // namespace trainwreck
