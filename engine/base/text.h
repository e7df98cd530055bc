#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// The candidate within two edits of `text`, or "" when nothing is that close. Swapping neighbours
// is one edit; a word of which no letter would be left is not close.
std::string_view closest(std::string_view text, std::span<const std::string_view> candidates);

// "a, b and c".
std::string joined(std::span<const std::string_view> words);

// The shortest decimal text that reads back as the same float/double; "nan", "inf", "-inf".
std::string number_text(double value);
std::string number_text(float value);
// The same as Python prints a float: "1.0", "1e-05", "1e+16".
std::string python_number(double value);

// True for well-formed UTF-8: no stray or overlong bytes, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// "1.5 MiB", "812 bytes".
std::string bytes_text(std::int64_t bytes);

}  // namespace trainwreck
