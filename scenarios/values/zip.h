#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/values/reading.h"

namespace trainwreck::values {

struct ZipMember {
  std::string_view name;
  std::uint64_t size = 0;
  std::uint64_t packed_size = 0;
  std::uint64_t header = 0;  // where its own header is
  std::uint32_t crc = 0;
  std::uint16_t method = 0;
  std::uint16_t flags = 0;

  bool is_folder() const { return name.ends_with('/'); }
};

bool is_zip(std::string_view bytes);

// By the directory at the file's end, zip64 included. Of several members of one name the last one
// counts, as for Python.
std::vector<ZipMember> list_zip(std::string_view bytes);

enum class Checksum : std::uint8_t { needed, zero_is_unknown };
// What the member holds: a view of what is stored, or what was deflated, kept by the tree. Checked
// against the member's checksum; torch may be told to write zeros for them.
std::string_view unzip(std::string_view bytes, const ZipMember& member, Checksum checksum,
                       Reading& reading);

}  // namespace trainwreck::values
