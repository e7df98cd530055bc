#include "engine/checkpoint/save.h"

#include <fmt/format.h>

#include <cerrno>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

std::string name_in_directory(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
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

}  // namespace

// A failure to clean up is no failure to save.
std::vector<std::string> remove_leftovers(FileSystem& files, const std::string& path) {
  std::vector<std::string> left;
  try {
    for (const std::string& name : files.list(directory_of(path))) {
      if (!is_temporary_of(name, name_in_directory(path))) continue;
      const std::string leftover = path_in(directory_of(path), name);
      if (!files.is_abandoned(leftover)) continue;
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
                                    std::string_view bytes, const SaveManner& manner) {
  const SaveProtocol protocol = manner.protocol;
  const bool durable = protocol == SaveProtocol::durable;
  make_directories(files, directory_of(path), durable);
  if (files.is_directory(path)) throw IoError("save", path, EISDIR);
  if (protocol == SaveProtocol::in_place) {
    write_whole(files, path, bytes, false);
    return {};
  }
  // First, for what a crash left may take the room that is needed now.
  const std::vector<std::string> leftovers = remove_leftovers(files, path);
  const std::string temporary = files.temporary_beside(path);
  try {
    write_whole(files, temporary, bytes, durable);
    const bool read_back = manner.verification == Verification::read_back;
    if (durable && read_back) verify(files, temporary, bytes);
    files.rename(temporary, path);
  } catch (const std::exception&) {
    remove_quietly(files, temporary);
    throw;
  }
  if (durable) files.sync_directory(directory_of(path));
  return leftovers;
}

}  // namespace trainwreck
