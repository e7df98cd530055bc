#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/json_node.h"
#include "engine/base/text.h"
#include "engine/formats/little_endian.h"
#include "engine/formats/safetensors.h"
#include "engine/formats/stored_type.h"

namespace trainwreck {
namespace {

using Kind = JsonNode::Kind;

constexpr std::size_t kLengthBytes = 8;

// A tensor's entry in the header.
struct Entry {
  StoredTensor tensor;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

[[noreturn]] void refuse(const char* rule, const std::string& why, std::uint64_t offset) {
  throw FormatError(std::string(rule) + ": " + why, static_cast<std::int64_t>(offset));
}

[[noreturn]] void refuse_header(const std::string& why) {
  refuse("InvalidHeaderDeserialization", why, kLengthBytes);
}

// Names are as long as a hostile file likes.
std::string quoted(const std::string& name) {
  return json_text(std::string_view(name).substr(0, 80));
}

std::string_view header_of(std::string_view bytes) {
  if (bytes.size() < kLengthBytes) {
    refuse("HeaderTooSmall", "the file has " + std::to_string(bytes.size()) + " bytes",
           bytes.size());
  }
  const std::uint64_t length = load_u64(bytes.data());
  if (length > kLargestHeader) {
    refuse("HeaderTooLarge", "the header claims " + std::to_string(length) + " bytes", 0);
  }
  if (length > bytes.size() - kLengthBytes) {
    refuse("InvalidHeaderLength",
           "the header claims " + std::to_string(length) + " bytes, the file has " +
               std::to_string(bytes.size() - kLengthBytes) + " more",
           0);
  }
  const std::string_view header = bytes.substr(kLengthBytes, length);
  if (!is_utf8(header)) refuse("InvalidHeader", "the header is not UTF-8", kLengthBytes);
  return header;
}

JsonNode parse_header(std::string_view header) {
  if (header.empty() || header.front() != '{') refuse_header("the header must begin with {");
  // The parser takes one for the end of its input, and would not see what follows.
  if (header.find('\0') != std::string_view::npos) refuse_header("the header holds a NUL");
  Diagnostics complaints;
  JsonNode root = parse_json(header, JsonLimits{}, complaints);
  if (!complaints.empty()) {
    refuse_header("the header" +
                  (complaints[0].pointer.empty() ? "" : " at " + complaints[0].pointer) + " " +
                  complaints[0].message);
  }
  return root;
}

const JsonNode& member(const JsonNode& entry, const std::string& name, std::string_view key,
                       Kind kind) {
  const JsonNode* value = entry.find(key);
  if (value == nullptr || !value->is(kind)) {
    refuse_header("tensor " + quoted(name) + " has no proper " + std::string(key));
  }
  return *value;
}

std::vector<std::int64_t> sizes(const JsonNode& list, const std::string& name) {
  std::vector<std::int64_t> result;
  result.reserve(list.items.size());
  for (const JsonNode& item : list.items) {
    if (!item.is(Kind::integer) || item.integer < 0) {
      refuse_header("tensor " + quoted(name) + " has " + json_text(item) + " for a size");
    }
    result.push_back(item.integer);
  }
  return result;
}

Entry parse_entry(std::string name, const JsonNode& node) {
  if (!node.is(Kind::object)) refuse_header("tensor " + quoted(name) + " is no object");
  Entry entry;
  const std::string& type = member(node, name, "dtype", Kind::text).text;
  const std::optional<StoredType> known = stored_type_named(type);
  if (!known) refuse_header("tensor " + quoted(name) + " has the unknown dtype " + quoted(type));
  entry.tensor.type = *known;
  entry.tensor.shape = sizes(member(node, name, "shape", Kind::list), name);
  const auto offsets = sizes(member(node, name, "data_offsets", Kind::list), name);
  if (offsets.size() != 2) refuse_header("tensor " + quoted(name) + " needs two data_offsets");
  entry.begin = static_cast<std::uint64_t>(offsets[0]);
  entry.end = static_cast<std::uint64_t>(offsets[1]);
  entry.tensor.name = std::move(name);
  return entry;
}

StoredMetadata parse_metadata(const JsonNode& node) {
  StoredMetadata metadata;
  if (node.is(Kind::null)) return metadata;
  if (!node.is(Kind::object)) refuse_header("__metadata__ is no object");
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (!node.items[i].is(Kind::text)) refuse_header("__metadata__ holds something else than text");
    metadata.emplace(node.keys[i], node.items[i].text);
  }
  return metadata;
}

// Checks that the entries, sorted, lie end to end, and returns where the last one ends. `data` is
// where they start.
std::uint64_t check_entries(const std::vector<Entry>& entries, std::uint64_t data) {
  std::uint64_t last = 0;
  for (const Entry& entry : entries) {
    const std::string who = "tensor " + quoted(entry.tensor.name);
    if (entry.begin != last || entry.end < entry.begin) {
      refuse("InvalidOffset",
             who + " lies at [" + std::to_string(entry.begin) + ", " + std::to_string(entry.end) +
                 "), expected it at " + std::to_string(last),
             data + last);
    }
    last = entry.end;
    const StoredSize size = stored_size(entry.tensor.type, entry.tensor.shape);
    if (!size.broken_rule.empty()) {
      refuse(size.broken_rule.data(), who + " has an impossible shape", data + entry.begin);
    }
    if (entry.end - entry.begin != size.bytes) {
      refuse("TensorInvalidInfo",
             who + " has " + std::to_string(entry.end - entry.begin) + " bytes, its shape needs " +
                 std::to_string(size.bytes),
             data + entry.begin);
    }
  }
  return last;
}

}  // namespace

const StoredTensor* SafetensorsFile::find(std::string_view name) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const StoredTensor& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

StoredMetadata read_safetensors_metadata(std::string_view head) {
  const JsonNode root = parse_header(header_of(head));
  for (std::size_t i = 0; i < root.items.size(); ++i) {
    if (root.keys[i] == kMetadataKey) return parse_metadata(root.items[i]);
  }
  return {};
}

std::uint64_t head_size(std::string_view beginning) {
  if (beginning.size() < kLengthBytes) return kLengthBytes;
  return kLengthBytes + std::min<std::uint64_t>(load_u64(beginning.data()), kLargestHeader);
}

SafetensorsFile read_safetensors(std::string_view bytes) {
  const std::string_view header = header_of(bytes);
  const std::uint64_t data = kLengthBytes + header.size();
  JsonNode root = parse_header(header);
  SafetensorsFile file;
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < root.items.size(); ++i) {
    if (root.keys[i] == kMetadataKey) {
      file.metadata = parse_metadata(root.items[i]);
    } else {
      entries.push_back(parse_entry(std::move(root.keys[i]), root.items[i]));
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end, a.tensor.name) < std::tie(b.begin, b.end, b.tensor.name);
  });
  const std::uint64_t last = check_entries(entries, data);
  file.data = bytes.substr(data);
  if (last != file.data.size()) {
    refuse("MetadataIncompleteBuffer",
           "the tensors need " + std::to_string(last) + " bytes, the file holds " +
               std::to_string(file.data.size()),
           data + std::min<std::uint64_t>(last, file.data.size()));
  }
  for (Entry& entry : entries) {
    entry.tensor.bytes = file.data.substr(entry.begin, entry.end - entry.begin);
    file.tensors.push_back(std::move(entry.tensor));
  }
  return file;
}

}  // namespace trainwreck
