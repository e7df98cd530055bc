#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// The candidate within two edits of `text`, or "" when nothing is that close.
std::string_view closest(std::string_view text, std::span<const std::string_view> candidates);

// "a, b and c".
std::string joined(std::span<const std::string_view> words);

// The shortest decimal text that reads back as the same float/double; "nan", "inf", "-inf".
std::string number_text(double value);
std::string number_text(float value);
// The same as Python prints a float: "1.0", "1e-05", "1e+16".
std::string python_number(double value);

// "1.5 MiB", "812 bytes".
std::string bytes_text(std::int64_t bytes);

}  // namespace trainwreck
