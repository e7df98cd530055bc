#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"

namespace trainwreck {

// One story of a file.
struct CaseText {
  std::string name;  // empty where the file has no cases
  std::string text;
};

// "cases": [{"name": "three epochs", "set": {"/given/fit/epochs": 3}}, ...] tells the same story
// with a few values changed: each case is the file's text with those values put in. A file without
// cases is returned as it is. Mistakes about the cases themselves are reported here.
std::vector<CaseText> expand_cases(std::string_view text, Diagnostics& mistakes);

}  // namespace trainwreck
