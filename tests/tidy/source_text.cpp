#include "tests/tidy/source_text.h"

#include <algorithm>
#include <cctype>

namespace trainwreck::tidy {
namespace {

bool is_identifier(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The end of the literal or comment that starts at `begin`, or `begin` where none does.
std::size_t end_of_blank(std::string_view text, std::size_t begin) {
  const std::string_view rest = text.substr(begin);
  const auto past = [&](std::string_view closing, std::size_t from) {
    const std::size_t found = text.find(closing, begin + from);
    return found == std::string_view::npos ? text.size() : found + closing.size();
  };
  if (rest.starts_with("//")) return std::min(text.find('\n', begin), text.size());
  if (rest.starts_with("/*")) return past("*/", 2);
  if (rest.starts_with("R\"")) {
    const std::string_view delimiter = rest.substr(2, rest.find('(') - 2);
    return past(")" + std::string(delimiter) + "\"", 2);
  }
  // A quote inside a number separates its digits.
  const bool separator = rest[0] == '\'' && begin > 0 && is_identifier(text[begin - 1]);
  if ((rest[0] != '"' && rest[0] != '\'') || separator) return begin;
  std::size_t end = begin + 1;
  while (end < text.size() && text[end] != rest[0] && text[end] != '\n') {
    end += text[end] == '\\' ? 2U : 1U;
  }
  return std::min(end + 1, text.size());
}

bool opens_function(std::string_view head) {
  for (const std::string_view word : {"namespace", "class", "struct", "union", "enum"}) {
    const std::size_t bracket = head.find('(');
    if (has_word(head.substr(0, bracket), word) && !head.ends_with(')')) return false;
  }
  return head.find(')') != std::string_view::npos && !head.ends_with('=');
}

std::string without_directives(std::string code) {
  for (std::size_t at = 0; at < code.size(); ++at) {
    const std::size_t end = std::min(code.find('\n', at), code.size());
    if (code[at] == '#') code.replace(at, end - at, end - at, ' ');
    at = end;
  }
  return code;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<std::string> includes_of(std::string_view text, char quote) {
  const std::string start = std::string("#include ") + quote;
  std::vector<std::string> paths;
  for (const std::string_view line : lines_of(text)) {
    if (!line.starts_with(start)) continue;
    const std::string_view rest = line.substr(start.size());
    paths.emplace_back(rest.substr(0, rest.find(quote == '<' ? '>' : quote)));
  }
  return paths;
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const bool starts = at == 0 || !is_identifier(text[at - 1]);
    const std::size_t end = at + word.size();
    if (starts && (end == text.size() || !is_identifier(text[end]))) return true;
  }
  return false;
}

std::string without_comments_and_strings(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t end = end_of_blank(text, at);
    for (std::size_t i = at; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

std::vector<FunctionBody> function_bodies(std::string_view text) {
  const std::string code = without_directives(without_comments_and_strings(text));
  std::vector<FunctionBody> bodies;
  int line = 1;
  int depth_in_function = 0;
  std::size_t head = 0;  // where the current declaration began
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '\n') ++line;
    if (depth_in_function > 0) {
      depth_in_function += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth_in_function == 0) bodies.back().lines = line - bodies.back().first_line + 1;
    } else if (c == '{' &&
               opens_function(trimmed(std::string_view(code).substr(head, at - head)))) {
      bodies.push_back({.first_line = line});
      depth_in_function = 1;
    }
    // A brace in a constructor's initialisers ends no declaration: its body is still to come.
    const std::size_t next = code.find_first_not_of(" \n", at + 1);
    const bool goes_on =
        c == '}' && next != std::string::npos && (code[next] == '{' || code[next] == ',');
    if (depth_in_function == 0 && !goes_on && (c == '{' || c == '}' || c == ';')) head = at + 1;
  }
  return bodies;
}

}  // namespace trainwreck::tidy
