#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/checkpoint/checkpoint.h"

namespace trainwreck {

class FileSystem;

// A checkpoint as one safetensors file: weights under their own names, everything else under names
// that begin with "@", small things as text in the metadata (docs/checkpoint_format.md). Two
// checksums cover all of it. Throws ValueError for what cannot be stored.
std::string encode(const Checkpoint& checkpoint);

// The same without putting it together: a head, then the tensors where they lie. Good as long as
// the checkpoint is there and unchanged.
struct EncodedCheckpoint {
  std::string head;
  std::vector<std::string_view> tensors;  // in the file's order
  std::string checksum;                   // of those, as in the metadata

  std::vector<std::string_view> pieces() const;
};
EncodedCheckpoint lay_out(const Checkpoint& checkpoint);

// Throws FormatError for bytes that are no checkpoint, are cut short or damaged, or were written by
// a later version. Time and memory stay in proportion to the bytes.
Checkpoint decode(std::string_view bytes);

// CRC-32C of the data part, as encode() notes it in the metadata.
std::string checksum_of(std::string_view encoded);

// decode() of a file; FormatError says which.
Checkpoint load_checkpoint(FileSystem& files, const std::string& path);

// How many steps went into it, as its head says; the rest is neither read nor checked.
std::int64_t steps_noted_in(FileSystem& files, const std::string& path);

}  // namespace trainwreck
