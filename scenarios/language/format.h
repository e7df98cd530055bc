#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"

namespace trainwreck {

struct Seams;
struct Vocabulary;

// One kind of object in a scenario file. Its keys are learned by letting its reader read an object
// that nobody wrote, so that no page, schema or explanation can say what the parser does not.
struct FormatObject {
  std::string place;  // "given.fit"; "" for the file itself
  std::string_view about;
  std::vector<ParamDoc> keys;
};

// The whole file, the outer objects before the inner ones. What a part of a catalog takes beside
// "kind" is in the catalog; of a fault there stands here what every fault takes.
std::vector<FormatObject> file_format(const Vocabulary& vocabulary, const Seams& seams);

// "given.fit.epochs": a key with its place.
std::string full_name(const FormatObject& object, const ParamDoc& key);

}  // namespace trainwreck
