#include "engine/checkpoint/save.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

std::string name_in_directory(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

constexpr std::size_t kWrittenAtOnce = 1 << 20;
constexpr std::size_t kReadAtOnce = 1 << 18;  // stays in the processor's cache to be compared

// Big pieces from where they are, small ones together: a small file is one write.
void append(WritableFile& file, Pieces pieces) {
  std::string small;
  const auto flush = [&] {
    if (!small.empty()) file.append(small);
    small.clear();
  };
  for (const std::string_view piece : pieces) {
    if (small.size() + piece.size() > kWrittenAtOnce) flush();
    if (piece.size() > kWrittenAtOnce) {
      file.append(piece);
    } else {
      small += piece;
    }
  }
  flush();
}

void write_whole(FileSystem& files, const std::string& path, Pieces bytes, bool sync) {
  const auto file = files.create(path);
  append(*file, bytes);
  if (sync) file->sync();
  file->close();
}

// What a file should hold, to be compared from its beginning to its end.
class Expected {
 public:
  explicit Expected(Pieces pieces) : pieces_(pieces) {}

  // How many of these bytes are what comes next.
  std::size_t matching(std::string_view bytes) {
    std::size_t matched = 0;
    while (matched < bytes.size() && !pieces_.empty()) {
      const std::string_view piece = pieces_.front().substr(used_);
      const std::size_t size = std::min(piece.size(), bytes.size() - matched);
      const std::string_view here = bytes.substr(matched, size);
      if (piece.substr(0, size) != here) {
        const auto differs = std::mismatch(here.begin(), here.end(), piece.begin());
        return matched + static_cast<std::size_t>(differs.first - here.begin());
      }
      matched += size;
      used_ += size;
      if (used_ < pieces_.front().size()) continue;
      pieces_ = pieces_.subspan(1);
      used_ = 0;
    }
    return matched;
  }

 private:
  Pieces pieces_;
  std::size_t used_ = 0;  // of the first
};

void verify(FileSystem& files, const std::string& path, Pieces bytes) {
  Expected expected(bytes);
  std::string part;
  std::size_t at = 0;
  bool same = true;
  do {
    part.resize(kReadAtOnce);
    files.read_part(path, static_cast<std::int64_t>(at), part);
    const std::size_t matched = expected.matching(part);
    at += matched;
    same = matched == part.size();  // what is longer differs, too
  } while (same && part.size() == kReadAtOnce);
  if (same && at == size_of(bytes)) return;
  throw FormatError(path + " does not read back as it was written", static_cast<std::int64_t>(at));
}

}  // namespace

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
  return save_bytes(files, path, Pieces(&bytes, 1), manner);
}

std::vector<std::string> save_bytes(FileSystem& files, const std::string& path, Pieces bytes,
                                    const SaveManner& manner) {
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
