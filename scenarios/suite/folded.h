#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace trainwreck {

// How many columns a terminal has; 0 where the stream is none: nothing is to be folded then.
std::size_t columns_of(std::FILE* stream);

// Breaks lines that are longer at blanks, and goes on under where the line's own text began. What
// is to be copied (a line with "replay:" in it) and what has no blank stays whole. 0: nothing is
// broken.
std::string folded(std::string_view text, std::size_t columns);

}  // namespace trainwreck
