#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "scenarios/assertion.h"
#include "scenarios/outcome.h"

namespace trainwreck {

// What assertions share.
inline Finding held() { return {}; }
Finding missed(std::string expected, std::string actual, std::vector<std::int64_t> lines = {});

// The call that an assertion speaks of: its chapter's, else the story's last.
const CallOutcome& call_of(const Outcome& outcome, const AssertionScope& scope);
// The disk as it was after that chapter's call, or at the end of the story.
const std::map<std::string, std::string>& files_of(const Outcome& outcome,
                                                   const AssertionScope& scope);
// One file of it, or null.
const std::string* file_of(const Outcome& outcome, const AssertionScope& scope,
                           const std::string& path);
// The trace lines of that call, or of the whole story where the assertion stands at its end.
std::vector<const TraceLine*> lines_of(const Outcome& outcome, const AssertionScope& scope);

// A hook by Keras's name; complains with the nearest one.
std::string read_hook(Params& params, std::string_view key);

// "[0, 1, 2]".
std::string list_text(const std::vector<std::int64_t>& numbers);

}  // namespace trainwreck
