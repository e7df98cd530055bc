#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/rules.h"
#include "tests/tidy/source_text.h"

namespace trainwreck::tidy {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string last_word_of(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && !is_word(text[end - 1])) --end;
  std::size_t start = end;
  while (start > 0 && is_word(text[start - 1])) --start;
  return std::string(text.substr(start, end - start));
}

// "(int first, const T& last) {" -> "(int,const T&)": what tells overloads apart.
std::string types_of(std::string_view parameters) {
  std::string types = "(";
  std::size_t at = 1;
  while (at < parameters.size()) {
    const std::size_t end = std::min(parameters.find_first_of(",)", at), parameters.size());
    std::string_view one = parameters.substr(at, end - at);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    one = one.substr(0, one.find(" = "));
    const std::size_t space = one.rfind(' ');
    if (space != std::string_view::npos) one = one.substr(0, space);
    types += (types.size() > 1 ? "," : "") + std::string(one);
    at = end + 1;
    if (end < parameters.size() && parameters[end] == ')') break;
  }
  return types + ")";
}

// What a line at the left margin of an unnamed namespace defines; nothing if it defines nothing
// new.
std::string name_defined_by(std::string_view line) {
  if (line.empty() || !is_word(line.front())) return "";
  for (const std::string_view other : {"using ", "template ", "static_assert", "TEST", "INST"}) {
    if (line.starts_with(other)) return "";
  }
  for (const std::string_view word : {"class ", "struct ", "enum class "}) {
    if (!line.starts_with(word)) continue;
    const std::string_view rest = line.substr(word.size());
    return std::string(rest.substr(0, rest.find_first_of(" ;:{")));
  }
  const std::size_t call = line.find('(');
  const std::size_t value = std::min(line.find(" = "), line.find('{'));
  if (call == value) return "";  // goes on in the next line
  if (call < value) return last_word_of(line.substr(0, call)) + types_of(line.substr(call));
  std::string_view declared = line.substr(0, value);
  return last_word_of(declared.substr(0, declared.find('[')));
}

}  // namespace

Violations shared_local_names(const Listing& tree) {
  Violations found;
  std::map<std::string, std::string> owners;  // "folder name" -> the file that gave it first
  for (const SourceFile& file : tree) {
    if (!is_source(file) || file.path.starts_with("tests/consumer/")) continue;
    const std::string folder = file.path.substr(0, file.path.rfind('/'));
    const std::string code = without_comments_and_strings(file.text);
    const std::vector<std::string_view> lines = lines_of(file.text);
    const std::vector<std::string_view> code_lines = lines_of(code);
    bool local = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i] == "namespace {" || lines[i] == "}  // namespace") {
        local = lines[i].front() == 'n';
        continue;
      }
      const std::string name = local ? name_defined_by(code_lines[i]) : "";
      if (name.empty()) continue;
      const auto [owner, is_first] = owners.emplace(folder + " " + name, file.path);
      if (!is_first && owner->second != file.path) {
        found.push_back(file.path + ": " + name + " is a name in " + owner->second + " too");
      }
    }
  }
  return found;
}

}  // namespace trainwreck::tidy
