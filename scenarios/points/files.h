#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "faults/recording/recording.h"

namespace trainwreck::campaign {

// What a folder holds: the bytes of its files by their names relative to it. Symbolic links are
// there as "-> target", since a file that became a link is another end.
using Files = std::map<std::string, std::string>;

// Throws IoError.
Files read_files(const std::string& folder);

// Names that differ by numbers alone are one: "checkpoint-N/model.json".
std::string group_of(const std::string& name);

// The first tree of a recording, which watches one folder.
outside::NodeId root_of(const outside::Tree& tree);

// A recorded path, relative to the watched folder.
std::string name_in(const outside::Tree& tree, const std::string& path);

// A hash that is the same on every machine and in every run, for ids that people write down.
std::uint64_t stable_hash(std::string_view text);

}  // namespace trainwreck::campaign
