#include "scenarios/points/files.h"

#include <cctype>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/errors.h"

namespace trainwreck::campaign {

namespace fs = std::filesystem;

Files read_files(const std::string& folder) {
  Files files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (entry.is_symlink()) {
      files[name] = "-> " + fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      std::ifstream in(entry.path(), std::ios::binary);
      if (!in) throw IoError("read", entry.path().string(), errno);
      std::ostringstream bytes;
      bytes << in.rdbuf();
      files[name] = std::move(bytes).str();
    }
  }
  return files;
}

std::string group_of(const std::string& name) {
  std::string group;
  for (const char c : name) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (!digit) group += c;
    if (digit && !group.ends_with('N')) group += 'N';
  }
  return group;
}

outside::NodeId root_of(const outside::Tree& tree) { return tree.roots.begin()->second; }

std::string name_in(const outside::Tree& tree, const std::string& path) {
  const std::string& folder = tree.roots.begin()->first;
  return path.starts_with(folder + "/") ? path.substr(folder.size() + 1) : path;
}

std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

}  // namespace trainwreck::campaign
