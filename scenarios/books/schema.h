#pragma once

#include <string>

namespace trainwreck {

struct Seams;
struct Vocabulary;

// What a scenario file may hold, as JSON Schema (draft-07, which editors understand), made of the
// same catalog rows that the parser reads by: every entry with a "kind" is one alternative, and a
// key that nobody reads is a mistake.
std::string scenario_schema(const Vocabulary& vocabulary, const Seams& seams);

}  // namespace trainwreck
