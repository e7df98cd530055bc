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

std::string shipped(std::string_view in_checkout, std::string_view in_package) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::string path(in_checkout);
  if (fs::exists(path, error)) return path;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside =
      program.parent_path().parent_path() / "share/trainwreck" / fs::path(in_package);
  return !program.empty() && fs::exists(beside, error) ? beside.string() : path;
}

std::string shipped_library() { return shipped("scenarios/library", "library"); }

}  // namespace trainwreck
