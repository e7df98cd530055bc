#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// The types that the format knows, in its own order.
enum class StoredType : std::uint8_t {
  boolean,
  f4,
  f6_e2m3,
  f6_e3m2,
  u8,
  i8,
  f8_e5m2,
  f8_e4m3,
  f8_e8m0,
  f8_e4m3fnuz,
  f8_e5m2fnuz,
  i16,
  u16,
  f16,
  bf16,
  i32,
  u32,
  f32,
  c64,
  f64,
  i64,
  u64
};
// As files spell it: "F32".
std::string_view name_of(StoredType type);

// A named array in a file. The bytes belong to whoever made them, row-major and little-endian.
struct StoredTensor {
  std::string name;
  StoredType type = StoredType::f32;
  std::vector<std::int64_t> shape;
  std::string_view bytes;
};

// Everything in a file before the tensors' bytes, and the order in which those follow. So a big
// file can be written piece by piece and its checksum be taken without another copy.
struct StoredLayout {
  std::string head;
  std::vector<std::size_t> order;
};

using StoredMetadata = std::map<std::string, std::string>;

// The order alone; it does not depend on the metadata, which may therefore hold a checksum.
std::vector<std::size_t> storage_order(std::span<const StoredTensor> tensors);
// Throws ValueError for what the format cannot hold: a repeated or reserved name, text that is no
// UTF-8, bytes that do not fit the shape, a header above 100 MB.
StoredLayout lay_out_safetensors(std::span<const StoredTensor> tensors,
                                 const StoredMetadata& metadata);
std::string write_safetensors(std::span<const StoredTensor> tensors,
                              const StoredMetadata& metadata);
// CRC-32C of the tensors' bytes in storage order: of all that follows the head.
std::uint32_t data_crc32c(std::span<const StoredTensor> tensors);

struct SafetensorsFile {
  std::vector<StoredTensor> tensors;  // in file order; their bytes are views into the file's
  StoredMetadata metadata;
  std::string_view data;  // all tensors' bytes

  const StoredTensor* find(std::string_view name) const;
};

// Throws FormatError, whose message begins with the broken rule's name in the reference reader
// ("InvalidOffset: ..."); as strict as that one, and repeated keys are refused too. Never reads
// outside of `bytes` and copies none of the data.
SafetensorsFile read_safetensors(std::string_view bytes);
// Of a file of which only a beginning is there: as many bytes as head_size() asks for.
StoredMetadata read_safetensors_metadata(std::string_view head);
// Of a file that begins with these bytes, eight at least, the size of all before the tensors'
// bytes.
std::uint64_t head_size(std::string_view beginning);

// Between numbers and stored bytes. The views last as long as the numbers.
std::string_view bytes_of(std::span<const float> values);
std::string_view bytes_of(std::span<const double> values);
std::string_view bytes_of(std::span<const std::int64_t> values);
std::string_view bytes_of(std::span<const std::uint64_t> values);
std::string_view bytes_of(std::span<const std::uint8_t> values);
// Throw TypeError when another type is stored and ShapeError when another number of values is.
void copy_values(const StoredTensor& tensor, std::span<float> out);
void copy_values(const StoredTensor& tensor, std::span<double> out);
void copy_values(const StoredTensor& tensor, std::span<std::int64_t> out);
void copy_values(const StoredTensor& tensor, std::span<std::uint64_t> out);
void copy_values(const StoredTensor& tensor, std::span<std::uint8_t> out);

}  // namespace trainwreck
