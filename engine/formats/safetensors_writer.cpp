#include <algorithm>
#include <numeric>

#include "engine/base/errors.h"
#include "engine/base/json_node.h"
#include "engine/base/text.h"
#include "engine/formats/crc32c.h"
#include "engine/formats/little_endian.h"
#include "engine/formats/safetensors.h"
#include "engine/formats/stored_type.h"

namespace trainwreck {
namespace {

std::string quoted_json(const std::string& text) {
  if (!is_utf8(text))
    throw ValueError("safetensors can hold only UTF-8, got " + json_text(std::string_view(text)));
  return json_text(std::string_view(text));
}

void check(const StoredTensor& tensor) {
  if (tensor.name == kMetadataKey) {
    throw ValueError("no tensor can be called \"" + tensor.name + "\"");
  }
  const StoredSize size = stored_size(tensor.type, tensor.shape);
  if (!size.broken_rule.empty() || size.bytes != tensor.bytes.size()) {
    throw ValueError("tensor \"" + tensor.name + "\" has " + std::to_string(tensor.bytes.size()) +
                     " bytes, which do not fit its shape");
  }
}

void append_metadata(std::string& json, const StoredMetadata& metadata) {
  json += quoted_json(std::string(kMetadataKey)) + ":{";
  for (const auto& [key, value] : metadata) {
    if (json.back() != '{') json += ',';
    json += quoted_json(key) + ":" + quoted_json(value);
  }
  json += '}';
}

void append_entry(std::string& json, const StoredTensor& tensor, std::uint64_t begin) {
  json += quoted_json(tensor.name) + ":{\"dtype\":\"";
  json.append(name_of(tensor.type)).append("\",\"shape\":[");
  for (std::size_t axis = 0; axis < tensor.shape.size(); ++axis) {
    if (axis > 0) json += ',';
    json += std::to_string(tensor.shape[axis]);
  }
  json += "],\"data_offsets\":[" + std::to_string(begin) + "," +
          std::to_string(begin + tensor.bytes.size()) + "]}";
}

}  // namespace

std::vector<std::size_t> storage_order(std::span<const StoredTensor> tensors) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // The widest types first, so that every tensor is aligned.
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (tensors[a].type != tensors[b].type) return tensors[a].type > tensors[b].type;
    return tensors[a].name < tensors[b].name;
  });
  return order;
}

StoredLayout lay_out_safetensors(std::span<const StoredTensor> tensors,
                                 const StoredMetadata& metadata) {
  StoredLayout layout;
  layout.order = storage_order(tensors);
  std::string json = "{";
  if (!metadata.empty()) append_metadata(json, metadata);
  std::vector<std::string_view> names;
  std::uint64_t end = 0;
  for (const std::size_t index : layout.order) {
    check(tensors[index]);
    if (json.size() > 1) json += ',';
    append_entry(json, tensors[index], end);
    end += tensors[index].bytes.size();
    names.push_back(tensors[index].name);
  }
  json += '}';
  json.resize((json.size() + 7) / 8 * 8, ' ');
  if (json.size() > kLargestHeader) throw ValueError("the header is larger than 100 MB");
  std::sort(names.begin(), names.end());
  const auto twin = std::adjacent_find(names.begin(), names.end());
  if (twin != names.end()) {
    throw ValueError("two tensors are called \"" + std::string(*twin) + "\"");
  }
  append_bytes(layout.head, static_cast<std::uint64_t>(json.size()));
  layout.head += json;
  return layout;
}

std::string write_safetensors(std::span<const StoredTensor> tensors,
                              const StoredMetadata& metadata) {
  StoredLayout layout = lay_out_safetensors(tensors, metadata);
  std::string file = std::move(layout.head);
  std::size_t size = file.size();
  for (const StoredTensor& tensor : tensors) size += tensor.bytes.size();
  file.reserve(size);
  for (const std::size_t index : layout.order) file += tensors[index].bytes;
  return file;
}

std::uint32_t data_crc32c(std::span<const StoredTensor> tensors) {
  std::uint32_t crc = 0;
  for (const std::size_t index : storage_order(tensors)) crc = crc32c(tensors[index].bytes, crc);
  return crc;
}

}  // namespace trainwreck
