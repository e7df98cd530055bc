#include <algorithm>
#include <set>

#include "tests/tidy/rules.h"

namespace trainwreck::tidy {
namespace {

const SourceFile* find_file(const Listing& tree, std::string_view path) {
  const auto found =
      std::find_if(tree.begin(), tree.end(), [&](auto& f) { return f.path == path; });
  return found == tree.end() ? nullptr : &*found;
}

// The name as a string, in JSON, in C++ or in JSON inside of C++.
bool names(const SourceFile& file, const std::string& name) {
  return file.text.find('"' + name + '"') != std::string::npos ||
         file.text.find('"' + name + "\\\"") != std::string::npos;
}

bool is_test_or_scenario(const SourceFile& file) {
  const bool rules = file.path.starts_with("tests/tidy/");
  return !rules && (file.path.starts_with("tests/") || file.path.starts_with("scenarios/library/"));
}

}  // namespace

Violations neglected_entries(const Listing& tree, const std::vector<CatalogEntry>& entries) {
  const SourceFile* docs = find_file(tree, "docs/catalog.md");
  Violations found;
  std::set<std::string> homes;
  std::set<std::string> folders;
  for (const CatalogEntry& entry : entries) {
    const std::string home = entry.folder + "/" + entry.name + ".cpp";
    homes.insert(home);
    folders.insert(entry.folder);
    if (find_file(tree, home) == nullptr) found.push_back(home + ": no such file for its entry");
    if (entry.help.empty()) found.push_back(home + ": the entry has no help");
    if (docs == nullptr || docs->text.find("`" + entry.name + "`") == std::string::npos) {
      found.push_back(home + ": docs/catalog.md does not mention it");
    }
    if (std::none_of(tree.begin(), tree.end(), [&](const SourceFile& file) {
          return is_test_or_scenario(file) && names(file, entry.name);
        })) {
      found.push_back(home + ": no test or scenario names it");
    }
  }
  for (const SourceFile& file : tree) {
    const std::string folder = file.path.substr(0, file.path.rfind('/'));
    if (is_source(file) && folders.contains(folder) && !homes.contains(file.path)) {
      found.push_back(file.path + ": no entry of that name");
    }
  }
  return found;
}

}  // namespace trainwreck::tidy
