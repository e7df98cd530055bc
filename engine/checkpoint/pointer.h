#pragma once

#include <optional>
#include <string>

#include "engine/checkpoint/save.h"

namespace trainwreck {

class FileSystem;

// A small file beside checkpoints that says which of them it means: its name and its checksum, so
// that one which was replaced by something else is not taken for it.
struct CheckpointPointer {
  std::string target;    // a name in the same directory
  std::string checksum;  // as checksum_of() gives it
};

inline constexpr std::string_view kLatestPointer = "latest";
inline constexpr std::string_view kBestPointer = "best";

// Puts a pointer in the place of an older one, in the same way as a checkpoint. Its target has to
// be there for good by then.
void write_pointer(FileSystem& files, const std::string& path, const CheckpointPointer& pointer,
                   const SaveManner& manner);
// Nothing where there is none. Throws FormatError for what is no pointer.
std::optional<CheckpointPointer> read_pointer(FileSystem& files, const std::string& path);

}  // namespace trainwreck
