#pragma once

#include <string>
#include <vector>

#include "scenarios/flow/verdict.h"

namespace trainwreck::testing {

// A scenario in which nothing is special: two epochs of two batches, callbacks "A" (a probe) and a
// CSV logger. `rest` is what follows "given" in the file: its faults and what must hold.
std::string story(const std::string& rest, const std::string& callbacks = {});

// The scenarios of a text that has no mistake; fails the test otherwise.
std::vector<Scenario> parsed(const std::string& text);
// Runs and judges a text's first scenario under a profile it speaks of.
Verdict verdict_of(const std::string& text, const std::string& profile = "hardened");
// "expected -> actual" of the first assertion that did not hold; "held" when all did, else the
// verdict's note.
std::string finding_of(const std::string& text, const std::string& profile = "hardened");
// `"then": [...]` of one assertion; about hardened, or about both profiles.
std::string then(const std::string& assertion);
std::string then_both(const std::string& assertion);
// finding_of the plain story, and of one whose second step in the second epoch fails.
std::string plain(const std::string& assertion);
std::string struck(const std::string& assertion);
// All mistakes of a text, each as "line: pointer message".
std::vector<std::string> mistakes_of(const std::string& text);

}  // namespace trainwreck::testing
