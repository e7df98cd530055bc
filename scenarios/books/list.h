#pragma once

#include <string>
#include <vector>

#include "engine/base/params.h"

namespace trainwreck {

struct Seams;
struct Vocabulary;

// Everything that a scenario may name, as the page docs/catalog.md. What an entry takes is learned
// by making it once from nothing, so the page cannot say what the code does not.
std::string list_markdown(const Vocabulary& vocabulary, const Seams& seams);

// A Markdown table of keys: what each takes, its default, what it means.
std::string key_table(const std::vector<ParamDoc>& keys);

}  // namespace trainwreck
