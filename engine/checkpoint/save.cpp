#include "engine/checkpoint/save.h"

#include <fmt/format.h>

#include <cerrno>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

constexpr std::string_view kTemporary = ".tmp";

std::string name_in_directory(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// "model.safetensors.0.tmp" of "model.safetensors".
bool is_temporary_of(std::string_view name, std::string_view target) {
  if (!name.starts_with(target) || !is_temporary(name)) return false;
  name.remove_prefix(target.size());
  name.remove_suffix(kTemporary.size());
  return name.size() >= 2 && name[0] == '.' &&
         name.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

std::string unused_temporary(FileSystem& files, const std::string& path) {
  for (int count = 0;; ++count) {
    std::string name = fmt::format("{}.{}{}", path, count, kTemporary);
    if (!files.exists(name)) return name;
  }
}

void write_whole(FileSystem& files, const std::string& path, std::string_view bytes, bool sync) {
  const auto file = files.create(path);
  file->append(bytes);
  if (sync) file->sync();
  file->close();
}

void verify(FileSystem& files, const std::string& path, std::string_view bytes) {
  const std::string back = files.read(path);
  if (back == bytes) return;
  std::size_t at = 0;
  while (at < back.size() && at < bytes.size() && back[at] == bytes[at]) ++at;
  throw FormatError(path + " does not read back as it was written", static_cast<std::int64_t>(at));
}

void remove_quietly(FileSystem& files, const std::string& path) {
  try {
    if (files.exists(path)) files.remove(path);
  } catch (const std::exception&) {
    // The error that brought us here is the one to report; the next save removes the leftover.
  }
}

// A failure to clean up is no failure to save.
std::vector<std::string> remove_leftovers(FileSystem& files, const std::string& path) {
  std::vector<std::string> left;
  try {
    for (const std::string& name : files.list(directory_of(path))) {
      if (!is_temporary_of(name, name_in_directory(path))) continue;
      const std::string leftover = path_in(directory_of(path), name);
      try {
        files.remove(leftover);
      } catch (const IoError&) {
        left.push_back(leftover);
      }
    }
  } catch (const IoError&) {
    left.push_back(directory_of(path));
  }
  return left;
}

}  // namespace

bool is_temporary(std::string_view name) { return name.ends_with(kTemporary); }

void make_directories(FileSystem& files, const std::string& path, bool durable) {
  if (files.exists(path)) {
    if (!files.is_directory(path)) throw IoError("make directory", path, ENOTDIR);
    return;
  }
  const std::string parent = directory_of(path);
  if (parent != path) make_directories(files, parent, durable);
  files.make_directory(path);
  if (durable) files.sync_directory(parent);
}

std::vector<std::string> save_bytes(FileSystem& files, const std::string& path,
                                    std::string_view bytes, SaveProtocol protocol) {
  const bool durable = protocol == SaveProtocol::durable;
  make_directories(files, directory_of(path), durable);
  if (files.is_directory(path)) throw IoError("save", path, EISDIR);
  if (protocol == SaveProtocol::in_place) {
    write_whole(files, path, bytes, false);
    return {};
  }
  const std::string temporary = unused_temporary(files, path);
  try {
    write_whole(files, temporary, bytes, durable);
    if (durable) verify(files, temporary, bytes);
    files.rename(temporary, path);
  } catch (const std::exception&) {
    remove_quietly(files, temporary);
    throw;
  }
  if (durable) files.sync_directory(directory_of(path));
  return remove_leftovers(files, path);
}

}  // namespace trainwreck
