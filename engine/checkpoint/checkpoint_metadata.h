#pragma once

// Private to this folder's sources.

#include <string>

#include "engine/checkpoint/checkpoint.h"
#include "engine/formats/safetensors.h"

namespace trainwreck {

// Everything of a checkpoint that is no array, as text; without the checksums.
StoredMetadata metadata_of(const Checkpoint& checkpoint);
void add_checksums(StoredMetadata& metadata, const std::vector<StoredTensor>& tensors);

// Throws FormatError where the file is not ours or a checksum does not hold.
void check_checksums(const SafetensorsFile& file);
// Fills in what metadata_of() wrote. Throws FormatError.
void read_metadata(const StoredMetadata& metadata, Checkpoint& checkpoint);
std::string data_checksum(const StoredMetadata& metadata);

// FormatError about a checkpoint.
[[noreturn]] void refuse_checkpoint(const std::string& what);

}  // namespace trainwreck
