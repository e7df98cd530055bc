#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// The scenario files behind paths given on the command line, sorted; complains on stderr about a
// path that is not there and returns false.
bool find_scenarios(const std::vector<std::string>& paths, std::vector<std::string>& files);

// The path of something that comes with trainwreck. It is `in_checkout` where that is there, seen
// from the folder that the program was started in; else `in_package` below share/trainwreck, beside
// the folder of the program, wherever the package was moved to. Where neither is there it is
// `in_checkout`, for the caller to miss.
std::string shipped(std::string_view in_checkout, std::string_view in_package);

// The library of scenarios.
std::string shipped_library();

}  // namespace trainwreck
