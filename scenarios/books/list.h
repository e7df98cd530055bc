#pragma once

#include <string>

namespace trainwreck {

struct Seams;
struct Vocabulary;

// Everything that a scenario may name, as the page docs/catalog.md. What an entry takes is learned
// by making it once from nothing, so the page cannot say what the code does not.
std::string list_markdown(const Vocabulary& vocabulary, const Seams& seams);

}  // namespace trainwreck
