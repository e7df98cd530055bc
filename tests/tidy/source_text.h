#pragma once

#include <string>
#include <string_view>
#include <vector>

// Just enough of C++'s surface to judge a source file's shape.
namespace trainwreck::tidy {

std::vector<std::string_view> lines_of(std::string_view text);
// The paths of `#include "..."` (quote '"') or `#include <...>` (quote '<').
std::vector<std::string> includes_of(std::string_view text, char quote);
// True when `word` occurs with no identifier character on either side.
bool has_word(std::string_view text, std::string_view word);
// The same text with comments, strings and characters blanked out; line breaks stay.
std::string without_comments_and_strings(std::string_view text);

struct FunctionBody {
  int first_line = 0;
  int lines = 0;
};
// The outermost brace blocks that follow a parameter list.
std::vector<FunctionBody> function_bodies(std::string_view text);

}  // namespace trainwreck::tidy
