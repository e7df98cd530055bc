#include "engine/checkpoint/pointer.h"

#include <fmt/format.h>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"

namespace trainwreck {

void write_pointer(FileSystem& files, const std::string& path, const CheckpointPointer& pointer,
                   const SaveManner& manner) {
  save_bytes(files, path, fmt::format("{}\n{}\n", pointer.target, pointer.checksum), manner);
}

std::optional<CheckpointPointer> read_pointer(FileSystem& files, const std::string& path) {
  if (!files.exists(path)) return std::nullopt;
  const std::string text = files.read(path);
  const std::size_t first = text.find('\n');
  const std::size_t second = first == std::string::npos ? first : text.find('\n', first + 1);
  if (second == std::string::npos || second + 1 != text.size()) {
    throw FormatError(path + ": a pointer is a name and a checksum, each in a line of its own", 0);
  }
  CheckpointPointer pointer{text.substr(0, first), text.substr(first + 1, second - first - 1)};
  const bool leads_away = pointer.target.empty() || pointer.target.find('/') != std::string::npos;
  if (leads_away || pointer.checksum.size() != 8) {
    throw FormatError(path + ": a pointer names a checkpoint beside it and its checksum", 0);
  }
  return pointer;
}

}  // namespace trainwreck
