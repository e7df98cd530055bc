#include "scenarios/suite/find_scenarios.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace trainwreck {

bool find_scenarios(const std::vector<std::string>& paths, std::vector<std::string>& files) {
  namespace fs = std::filesystem;
  bool all_there = true;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
        const fs::path& file = entry.path();
        const bool is_schema = file.filename().string().ends_with(".schema.json");
        if (file.extension() == ".json" && !is_schema) files.push_back(file.string());
      }
    } else if (fs::is_regular_file(path, error)) {
      files.push_back(path);
    } else {
      std::fprintf(stderr, "%s: there is no such file or folder\n", path.c_str());
      all_there = false;
    }
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return all_there;
}

}  // namespace trainwreck
