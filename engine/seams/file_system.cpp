#include "engine/seams/file_system.h"

#include <fmt/format.h>

#include <algorithm>

namespace trainwreck {
namespace {

constexpr std::string_view kTemporary = ".tmp";

}  // namespace

bool is_temporary(std::string_view name) { return name.ends_with(kTemporary); }

bool is_temporary_of(std::string_view name, std::string_view target) {
  if (!name.starts_with(target) || !is_temporary(name)) return false;
  name.remove_prefix(target.size());
  name.remove_suffix(kTemporary.size());
  return name.size() >= 2 && name[0] == '.' &&
         name.find_first_not_of("0123456789-", 1) == std::string_view::npos;
}

void FileSystem::read_part(const std::string& path, std::int64_t offset, std::string& bytes) {
  const std::string all = read(path);
  const std::size_t from = std::min(static_cast<std::size_t>(offset), all.size());
  bytes = all.substr(from, bytes.size());
}

// A disk with one process on it: what is there already is a leftover.
std::string FileSystem::temporary_beside(const std::string& path) {
  for (int count = 0;; ++count) {
    std::string name = fmt::format("{}.{}{}", path, count, kTemporary);
    if (!exists(name)) return name;
  }
}

bool FileSystem::is_abandoned(const std::string&) { return true; }

}  // namespace trainwreck
