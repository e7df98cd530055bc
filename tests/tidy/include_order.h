#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace trainwreck::tidy {

// Which room may include from which.

using Units = std::set<std::string>;
using Order = std::map<std::string, Units>;

std::string folder_of(std::string_view path);

// "engine/include/trainwreck/callback.h" is included as "trainwreck/callback.h".
bool is_public(std::string_view path);
std::string name_of_include(const std::string& path);

// The unit that the include order speaks of: the rooms of a layer one by one, what stands above the
// layers whole. A public header belongs to the room that keeps its promise.
std::string unit_of(const std::string& path);

// What each unit may include beside itself. It is a straight line on purpose: whoever comes later
// in a list may look at what came before, and nobody looks back.
Order allowed_units();

}  // namespace trainwreck::tidy
