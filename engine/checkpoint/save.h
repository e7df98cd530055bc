#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

class FileSystem;

// How new bytes take the place of a file.
enum class SaveProtocol : std::uint8_t {
  in_place,  // over the old bytes: a crash leaves neither
  rename,    // beside it, then renamed: whole after a crash of the process
  durable    // synced, read back, renamed, directory synced: whole after a power cut
};

// Whether durable bytes are read back and compared before they take the old ones' place.
enum class Verification : std::uint8_t { none, read_back };

struct SaveManner {
  SaveManner(SaveProtocol how, Verification whether = Verification::read_back)
      : protocol(how), verification(whether) {}
  SaveProtocol protocol;
  Verification verification;
};

// Puts the bytes at `path`, making missing directories. Throws what the file system throws, and
// FormatError where durable bytes read back differently. With `rename` and `durable` a failure
// leaves the old file untouched and no temporary behind, and a success removes the temporaries that
// earlier crashes left. Returns such leftovers as could not be removed.
std::vector<std::string> save_bytes(FileSystem& files, const std::string& path,
                                    std::string_view bytes, const SaveManner& manner);

// Makes a directory and its missing parents; `durable`: so that a power cut cannot take it back.
void make_directories(FileSystem& files, const std::string& path, bool durable);

}  // namespace trainwreck
