#pragma once

#include <string>
#include <string_view>

namespace trainwreck {

// Puts a file in place, whole or not at all, and the folders that it is in. Throws IoError.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace trainwreck
