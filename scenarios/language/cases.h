#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/json_node.h"
#include "engine/base/params.h"

namespace trainwreck {

// One story of a file.
struct StoryCase {
  std::string name;  // empty where the file has no cases
  std::shared_ptr<const JsonNode> story;
};

// What "cases" is, and the keys of one.
ParamDoc cases_key();
std::vector<ParamDoc> case_keys();

// "cases": [{"name": "three epochs", "set": {"/given/fit/epochs": 3}}, ...] tells the same story
// with a few values changed: each case is the file's tree with those values put in, and each value
// keeps the line that it stands in. A file without cases is returned as it is. Mistakes about the
// cases themselves are reported here.
std::vector<StoryCase> expand_cases(JsonNode root, Diagnostics& mistakes);

}  // namespace trainwreck
