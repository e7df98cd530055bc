#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/books/describe.h"

namespace trainwreck {

struct Seams;
struct Vocabulary;

// What a word means that names no entry of a catalog: a key of a scenario file or of an entry, a
// type of error, a hook, a word of a view, what a chapter does, a status.
struct Meaning {
  std::string word;   // "epochs"
  std::string place;  // "given.fit.epochs"; empty where the word stands by itself
  std::string text;   // whole lines, ready to print
};
std::vector<Meaning> glossary(const std::vector<CatalogDescription>& catalogs,
                              const Vocabulary& vocabulary, const Seams& seams);

// Whether somebody who asks for `asked` means this: the word, or its place from any point on
// ("fit.epochs"), in any case.
bool is_meant(const Meaning& meaning, std::string_view asked);

}  // namespace trainwreck
