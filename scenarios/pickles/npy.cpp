#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "scenarios/pickles/numpy_arrays.h"
#include "scenarios/pickles/pickle.h"

namespace trainwreck::values {
namespace {

constexpr std::string_view kNpyMagic = "\x93NUMPY";

// What the header says, as it is spelled there.
struct NpyHeader {
  std::string_view descr;
  bool fortran = false;
  std::vector<std::int64_t> shape;
};

// The value of a key in a dict that Python printed: up to the comma that stands in no bracket and
// no quotes.
std::string_view printed_value(std::string_view header, std::string_view key) {
  const std::string quoted = "'" + std::string(key) + "':";
  std::size_t at = header.find(quoted);
  if (at == std::string_view::npos) refuse_bytes("the header has no " + std::string(key), 0);
  at = header.find_first_not_of(' ', at + quoted.size());
  if (at == std::string_view::npos) refuse_bytes("the header is cut", 0);
  int open = 0;
  bool in_quotes = false;
  for (std::size_t end = at; end < header.size(); ++end) {
    const char c = header[end];
    if (c == '\'') in_quotes = !in_quotes;
    if (in_quotes) continue;
    if (open == 0 && (c == ',' || c == '}')) return header.substr(at, end - at);
    if (c == '(' || c == '[') ++open;
    if (c == ')' || c == ']') --open;
  }
  refuse_bytes("the header is cut", 0);
}

std::vector<std::int64_t> printed_shape(std::string_view text) {
  std::vector<std::int64_t> shape;
  if (text.size() < 2 || text.front() != '(' || text.back() != ')') {
    refuse_bytes("the header has no proper shape", 0);
  }
  text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view digits = text.substr(0, comma);
    text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
    while (!digits.empty() && digits.front() == ' ') digits.remove_prefix(1);
    if (digits.empty()) continue;
    std::int64_t size = 0;
    const auto [at, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    // Python 2 wrote long integers as 3L.
    if (error != std::errc() || size < 0) refuse_bytes("the header has no proper shape", 0);
    shape.push_back(size);
  }
  return shape;
}

// The size of a structured type: the sum of its fields, which are ('name', '<f4') or
// ('name', '<f4', (2, 3)). Nothing for fields that have fields.
std::optional<std::uint64_t> structured_size(std::string_view descr) {
  std::uint64_t sum = 0;
  std::size_t at = 0;
  while ((at = descr.find("('", at)) != std::string_view::npos) {
    const std::size_t name_end = descr.find("', '", at);
    if (name_end == std::string_view::npos) return std::nullopt;
    const std::size_t type_end = descr.find('\'', name_end + 4);
    if (type_end == std::string_view::npos) return std::nullopt;
    const auto type = numpy_dtype(descr.substr(name_end + 4, type_end - name_end - 4));
    if (!type || type->objects) return std::nullopt;
    std::uint64_t size = type->type.size;
    at = type_end + 1;
    if (descr.substr(at, 3) == ", (") {
      const std::size_t close = descr.find(')', at);
      if (close == std::string_view::npos) return std::nullopt;
      size = bytes_of_shape(printed_shape(descr.substr(at + 2, close - at - 1)), size, 1U << 30U);
    }
    sum += size;
  }
  return sum == 0 ? std::nullopt : std::optional(sum);
}

NpyHeader read_npy_header(Bytes& in) {
  in.take(kNpyMagic.size());
  const std::uint64_t version = in.number(2) & 0xFFU;
  if (version < 1 || version > 3) refuse_bytes("is npy of an unknown version", in.at());
  const std::string_view text = in.take(in.number(version == 1 ? 2 : 4));
  NpyHeader header;
  header.descr = printed_value(text, "descr");
  header.fortran = printed_value(text, "fortran_order") == "True";
  header.shape = printed_shape(printed_value(text, "shape"));
  return header;
}

std::optional<NumpyDType> npy_type(std::string_view descr) {
  if (descr.size() > 2 && descr.front() == '\'') {
    return numpy_dtype(descr.substr(1, descr.size() - 2));
  }
  const auto size = structured_size(descr);
  if (!size) return std::nullopt;
  return NumpyDType{raw_dtype(descr, *size), false, false};
}

NodeId read_one_npy(std::string_view bytes, std::size_t& at, Reading& reading) {
  Bytes in(bytes, at);
  NpyHeader header = read_npy_header(in);
  const auto type = npy_type(header.descr);
  if (!type) refuse_bytes("has elements of the unknown type " + printable(header.descr), at);
  at = in.at();
  if (type->objects) return read_pickle(bytes, at, reading);
  const std::uint64_t most = std::uint64_t{1} << 48U;
  const std::uint64_t size = bytes_of_shape(header.shape, type->type.size, most);
  const std::string_view elements = in.take(size);
  at = in.at();
  return add_numpy_array(*type, std::move(header.shape), header.fortran, elements, reading);
}

}  // namespace

bool is_npy(std::string_view bytes) { return bytes.starts_with(kNpyMagic); }

NodeId read_npy(std::string_view bytes, Reading& reading) {
  std::vector<NodeId> values;
  std::size_t at = 0;
  do {
    values.push_back(read_one_npy(bytes, at, reading));
  } while (is_npy(bytes.substr(at)));
  if (at < bytes.size()) values.push_back(reading.tree.add_bytes(bytes.substr(at)));
  return values.size() == 1 ? values.front() : reading.tree.add_list(std::move(values));
}

}  // namespace trainwreck::values
