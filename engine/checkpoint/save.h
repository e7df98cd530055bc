#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/checkpoint/pieces.h"

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
// leaves the old file untouched and no temporary behind. Temporaries that earlier crashes left are
// removed before anything is written; those that could not be are returned.
std::vector<std::string> save_bytes(FileSystem& files, const std::string& path, Pieces bytes,
                                    const SaveManner& manner);
std::vector<std::string> save_bytes(FileSystem& files, const std::string& path,
                                    std::string_view bytes, const SaveManner& manner);

// Removes the temporaries that earlier crashes left beside `path`; returns those that stay.
std::vector<std::string> remove_leftovers(FileSystem& files, const std::string& path);

// Of a file that was given up because of an error, which is the one to report.
void remove_quietly(FileSystem& files, const std::string& path);

// Makes a directory and its missing parents; `durable`: so that a power cut cannot take it back.
void make_directories(FileSystem& files, const std::string& path, bool durable);

}  // namespace trainwreck
