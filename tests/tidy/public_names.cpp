#include "tests/tidy/public_names.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "tests/tidy/source_text.h"

namespace trainwreck::tidy {
namespace {

constexpr std::string_view kInclude = "/include/";
constexpr std::string_view kIntroduction =
    "# Public names\n\n"
    "What the headers of the installed package declare. The first part is what users include; "
    "what\n"
    "these include in turn comes along below `trainwreck/detail/`. `tests/tidy` writes and "
    "compares\n"
    "this page, so that no name is promised, renamed or taken away unseen.\n";

// "trainwreck/callback.h" of engine/include/trainwreck/callback.h; all other paths as they are.
std::string included_as(const std::string& path) {
  const std::size_t at = path.find(kInclude);
  return at == std::string::npos ? path : path.substr(at + kInclude.size());
}

bool is_public(const SourceFile& file) {
  return is_header(file) && file.path.find("/include/trainwreck/") != std::string::npos &&
         !file.path.starts_with("tests/");
}

bool belongs_to_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && belongs_to_word(text[end])) ++end;
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = std::max(end, at + 1);
  }
  return words;
}

// The text without directives, attributes and what stands between template brackets, which would
// be mistaken for names.
std::string plain_code(std::string_view header) {
  std::string code = without_comments_and_strings(header);
  for (std::size_t at = 0; at < code.size(); ++at) {
    const std::size_t end = std::min(code.find('\n', at), code.size());
    if (code[at] == '#') code.replace(at, end - at, end - at, ' ');
    at = end;
  }
  for (std::size_t at = code.find("[["); at != std::string::npos; at = code.find("[[", at)) {
    code.replace(at, code.find("]]", at) + 2 - at, " ");
  }
  return code;
}

std::string without_brackets(std::string_view declaration) {
  std::string kept;
  int depth = 0;
  for (std::size_t at = 0; at < declaration.size(); ++at) {
    const bool operators = kept.ends_with("operator") || kept.ends_with("operator<");
    if (declaration[at] == '<' && !operators) ++depth;
    if (depth == 0) kept += declaration[at];
    if (declaration[at] == '>' && depth > 0) --depth;
  }
  return kept;
}

// The name that a declaration gives, "" for none. `body`: a brace block follows it.
std::string name_given(std::string_view declaration, bool body) {
  const std::string text = without_brackets(declaration);
  const std::size_t call = text.find('(');
  const std::size_t value = text.find('=');
  const std::size_t operators = text.find("operator");
  if (operators != std::string::npos && call != std::string::npos) {
    const std::size_t end = text.find('(', operators);
    return text.substr(operators, end - operators);
  }
  const std::vector<std::string> words =
      words_of(text.substr(0, std::min({call, value, text.size()})));
  if (words.empty()) return "";
  std::size_t first = words[0] == "template" ? 1 : 0;
  if (first == words.size() || words[first] == "friend") return "";
  if (words[first] == "using") return value == std::string::npos ? "" : words[first + 1];
  for (const std::string_view kind : {"class", "struct", "union", "enum"}) {
    if (words[first] != kind || call != std::string::npos) continue;
    if (!body) return "";
    const bool scoped =
        kind == "enum" && (words[first + 1] == "class" || words[first + 1] == "struct");
    return words[first + (scoped ? 2U : 1U)];
  }
  return words.size() < first + 2 ? "" : words.back();
}

// Where the brace block that opens at `begin` ends.
std::size_t end_of_block(std::string_view code, std::size_t begin) {
  int depth = 0;
  for (std::size_t at = begin; at < code.size(); ++at) {
    depth += code[at] == '{' ? 1 : code[at] == '}' ? -1 : 0;
    if (depth == 0) return at;
  }
  return code.size();
}

std::string qualified(const std::vector<std::string>& spaces, const std::string& name) {
  std::string all;
  for (const std::string& space : spaces) {
    std::string_view inner = space;
    if (inner == "trainwreck") continue;
    if (inner.starts_with("trainwreck::")) inner.remove_prefix(12);
    all += std::string(inner) + "::";
  }
  return all + name;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  std::string line;
  for (const std::string& name : names) {
    const std::string item = "`" + name + "`";
    if (line.size() + item.size() + 1 > 98) {
      text += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + item;
  }
  return text + line + (line.empty() ? "" : "\n");
}

}  // namespace

std::vector<std::string> installed_headers(const Listing& tree) {
  std::map<std::string, const SourceFile*> known;
  std::vector<const SourceFile*> pending;
  for (const SourceFile& file : tree) {
    if (file.path.starts_with("tests/")) continue;
    known.emplace(included_as(file.path), &file);
    if (is_public(file)) pending.push_back(&file);
  }
  std::set<std::string> seen;
  while (!pending.empty()) {
    const SourceFile& header = *pending.back();
    pending.pop_back();
    if (!seen.insert(header.path).second) continue;
    for (const std::string& path : includes_of(header.text, '"')) {
      if (const auto found = known.find(path); found != known.end())
        pending.push_back(found->second);
    }
  }
  return {seen.begin(), seen.end()};
}

std::vector<std::string> names_in(std::string_view header) {
  const std::string code = plain_code(header);
  std::set<std::string> names;
  std::vector<std::string> spaces;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < code.size(); ++at) {
    if (code[at] != '{' && code[at] != '}' && code[at] != ';') continue;
    const std::string_view declaration = std::string_view(code).substr(begin, at - begin);
    const std::size_t space = declaration.find("namespace ");
    if (code[at] == '}') {
      if (!spaces.empty()) spaces.pop_back();
    } else if (code[at] == '{' && space != std::string_view::npos) {
      std::string name(declaration.substr(space + 10));
      while (!name.empty() && name.back() == ' ') name.pop_back();
      spaces.push_back(name);
    } else {
      const std::string name = name_given(declaration, code[at] == '{');
      if (!name.empty() && !spaces.empty()) names.insert(qualified(spaces, name));
      if (code[at] == '{') at = end_of_block(code, at);
    }
    begin = at + 1;
  }
  return {names.begin(), names.end()};
}

std::string public_names_page(const Listing& tree) {
  std::string first(kIntroduction);
  std::string second = "\n# What comes along\n";
  const std::vector<std::string> headers = installed_headers(tree);
  for (const SourceFile& file : tree) {
    if (std::find(headers.begin(), headers.end(), file.path) == headers.end()) continue;
    const std::vector<std::string> names = names_in(file.text);
    const std::string section = "\n## " + included_as(file.path) + "\n\n" +
                                (names.empty() ? "Nothing of its own.\n" : listed(names));
    (is_public(file) ? first : second) += section;
  }
  return first + second;
}

}  // namespace trainwreck::tidy
