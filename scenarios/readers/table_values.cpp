#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "engine/formats/csv.h"
#include "engine/formats/safetensors.h"
#include "engine/formats/stored_type.h"
#include "scenarios/readers/text_formats.h"

namespace trainwreck::values {
namespace {

bool is_number_text(std::string_view text) {
  double value = 0.0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error != std::errc::invalid_argument && at == end && !text.empty();
}

std::vector<std::string> column_names(const CsvRow& row) {
  const bool named = std::none_of(row.cells.begin(), row.cells.end(), is_number_text);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    std::string name = named ? row.cells[i] : std::to_string(i);
    // Of two columns of one name, or of none, the place tells them apart.
    if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) {
      name += "(" + std::to_string(i) + ")";
    }
    names.push_back(std::move(name));
  }
  return names;
}

class Columns {
 public:
  Columns(std::vector<std::string> names, Reading& reading)
      : tree_(reading.tree), map_(tree_.add_map()) {
    for (std::string& name : names) add(std::move(name));
  }

  void append(const CsvRow& row) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (i == lists_.size()) add("(" + std::to_string(i) + ")");
      const auto number = number_in(row.cells[i], tree_);
      tree_.append(lists_[i], number ? *number : tree_.add_text(tree_.keep(row.cells[i])));
    }
    for (std::size_t i = row.cells.size(); i < lists_.size(); ++i) {
      tree_.append(lists_[i], tree_.add_null());
    }
    if (++rows_ == 1 && lists_.empty()) throw FormatError("has no columns", 0);
  }
  NodeId map() const { return map_; }

 private:
  void add(std::string name) {
    const NodeId list = tree_.add_list({}, kColumn);
    for (std::size_t i = 0; i < rows_; ++i) tree_.append(list, tree_.add_null());
    lists_.push_back(list);
    tree_.set(map_, {Key::Kind::text, std::move(name)}, list);
  }

  Tree& tree_;
  NodeId map_;
  std::vector<NodeId> lists_;
  std::size_t rows_ = 0;
};

DType stored_dtype(StoredType type) {
  switch (type) {
    case StoredType::boolean:
      return *dtype_named("bool");
    case StoredType::u8:
      return *dtype_named("uint8");
    case StoredType::i8:
      return *dtype_named("int8");
    case StoredType::u16:
      return *dtype_named("uint16");
    case StoredType::i16:
      return *dtype_named("int16");
    case StoredType::u32:
      return *dtype_named("uint32");
    case StoredType::i32:
      return *dtype_named("int32");
    case StoredType::u64:
      return *dtype_named("uint64");
    case StoredType::i64:
      return *dtype_named("int64");
    case StoredType::f16:
      return *dtype_named("float16");
    case StoredType::bf16:
      return *dtype_named("bfloat16");
    case StoredType::f32:
      return *dtype_named("float32");
    case StoredType::f64:
      return *dtype_named("float64");
    case StoredType::c64:
      return *dtype_named("complex64");
    default:
      return raw_dtype(name_of(type), std::max<std::uint64_t>(1, facts_of(type).bits / 8));
  }
}

}  // namespace

std::optional<NodeId> number_in(std::string_view text, Tree& tree) {
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  const auto whole = std::from_chars(text.data(), end, integer);
  if (!text.empty() && whole.ec == std::errc() && whole.ptr == end) {
    return tree.add_integer(integer);
  }
  double real = 0.0;
  const auto parsed = std::from_chars(text.data(), end, real);
  // What no double can hold stays a text, which compares exactly.
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return tree.add_real(real);
}

NodeId read_csv(std::string_view text, char delimiter, Reading& reading) {
  CsvReader reader(text, delimiter);
  CsvRow row;
  if (!reader.next(row)) return reading.tree.add_map();
  std::vector<std::string> names = column_names(row);
  const bool named = std::none_of(row.cells.begin(), row.cells.end(), is_number_text);
  Columns columns(std::move(names), reading);
  if (!named) columns.append(row);
  while (reader.next(row)) {
    reading.budget.spend_steps(row.cells.size() + 1);
    columns.append(row);
  }
  return columns.map();
}

bool is_safetensors(std::string_view bytes) {
  return bytes.size() > 8 && bytes[8] == '{' && head_size(bytes) <= bytes.size() &&
         head_size(bytes) > 8;
}

NodeId read_safetensors_values(std::string_view bytes, Reading& reading) {
  Tree& tree = reading.tree;
  const SafetensorsFile file = read_safetensors(bytes);
  const NodeId map = tree.add_map();
  for (const StoredTensor& tensor : file.tensors) {
    // Types of less than a byte are compared as the bytes that they share.
    const DType type = stored_dtype(tensor.type);
    const bool shared = facts_of(tensor.type).bits % 8 != 0;
    std::vector<std::int64_t> shape = tensor.shape;
    if (shared) shape = {static_cast<std::int64_t>(tensor.bytes.size())};
    tree.set(map, {Key::Kind::text, tensor.name},
             tree.add_array(type, std::move(shape), tensor.bytes));
  }
  if (file.metadata.empty()) return map;
  const NodeId metadata = tree.add_map();
  for (const auto& [key, text] : file.metadata) {
    tree.set(metadata, {Key::Kind::text, key}, tree.add_text(tree.keep(text)));
  }
  tree.set(map, {Key::Kind::text, std::string(kMetadataKey)}, metadata);
  return map;
}

}  // namespace trainwreck::values
