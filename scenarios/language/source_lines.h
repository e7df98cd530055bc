#pragma once

#include <string_view>

namespace trainwreck {

// The line of a JSON text on which stands what the pointer points to, or else the nearest thing
// around it that is there; 0 where the text is none.
int line_in_text(std::string_view text, std::string_view pointer);

}  // namespace trainwreck
