#include "scenarios/values/dtype.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include "engine/base/json_node.h"
#include "engine/base/text.h"

namespace trainwreck::values {
namespace {

struct NamedType {
  std::string_view name;
  std::uint64_t size;
  Element element;
};

constexpr std::array<NamedType, 19> kNamedTypes = {{
    {"bool", 1, Element::flag},
    {"int8", 1, Element::signed_integer},
    {"int16", 2, Element::signed_integer},
    {"int32", 4, Element::signed_integer},
    {"int64", 8, Element::signed_integer},
    {"uint8", 1, Element::unsigned_integer},
    {"uint16", 2, Element::unsigned_integer},
    {"uint32", 4, Element::unsigned_integer},
    {"uint64", 8, Element::unsigned_integer},
    {"float16", 2, Element::real},
    {"float32", 4, Element::real},
    {"float64", 8, Element::real},
    {"bfloat16", 2, Element::brain_float},
    {"complex32", 4, Element::complex},
    {"complex64", 8, Element::complex},
    {"complex128", 16, Element::complex},
    {"float8_e4m3fn", 1, Element::raw},
    {"float8_e5m2", 1, Element::raw},
    {"untyped", 1, Element::unsigned_integer},
}};

// Torch's own words for types and for the classes of its storages.
constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kTorchTypes = {{
    {"FloatStorage", "float32"},
    {"DoubleStorage", "float64"},
    {"HalfStorage", "float16"},
    {"BFloat16Storage", "bfloat16"},
    {"LongStorage", "int64"},
    {"IntStorage", "int32"},
    {"ShortStorage", "int16"},
    {"CharStorage", "int8"},
    {"ByteStorage", "uint8"},
    {"BoolStorage", "bool"},
    {"ComplexFloatStorage", "complex64"},
    {"ComplexDoubleStorage", "complex128"},
    {"QInt8Storage", "int8"},
    {"QUInt8Storage", "uint8"},
    {"QInt32Storage", "int32"},
    {"UntypedStorage", "uint8"},
    {"_UntypedStorage", "uint8"},
    {"float", "float32"},
    {"double", "float64"},
    {"half", "float16"},
    {"long", "int64"},
    {"int", "int32"},
    {"short", "int16"},
    {"cfloat", "complex64"},
    {"cdouble", "complex128"},
    {"qint8", "int8"},
    {"quint8", "uint8"},
    {"qint32", "int32"},
    {"float8_e4m3fnuz", "float8_e4m3fn"},
    {"float8_e5m2fnuz", "float8_e5m2"},
}};

template <class Number>
Number load(std::string_view bytes) {
  Number value{};
  std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
  return value;
}

double real_of_half(std::uint16_t half) {
  const int exponent = (half >> 10) & 0x1F;
  const double fraction = static_cast<double>(half & 0x3FF);
  const double sign = (half & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent < 31) return sign * std::ldexp(1024.0 + fraction, exponent - 25);
  return fraction == 0.0 ? sign * INFINITY : std::nan("");
}

double real_of(std::string_view bytes, bool brain_float) {
  if (brain_float) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(load<std::uint16_t>(bytes)) << 16);
  }
  if (bytes.size() == 2) return real_of_half(load<std::uint16_t>(bytes));
  if (bytes.size() == 4) return load<float>(bytes);
  return load<double>(bytes);
}

std::string real_text(std::string_view bytes, bool brain_float) {
  const double value = real_of(bytes, brain_float);
  if (std::isnan(value)) return "nan";
  return bytes.size() == 8 ? number_text(value) : number_text(static_cast<float>(value));
}

std::string integer_text(std::string_view bytes, bool with_sign) {
  std::uint64_t value = load<std::uint64_t>(bytes);
  if (!with_sign) return std::to_string(value);
  const int unused = static_cast<int>(64 - 8 * std::min<std::size_t>(bytes.size(), 8));
  return std::to_string(static_cast<std::int64_t>(value << unused) >> unused);
}

std::string utf8_of_wide(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
    const auto point = load<std::uint32_t>(bytes.substr(i, 4));
    if (point == 0) break;
    text += point < 0x80 ? static_cast<char>(point) : '?';
  }
  return text;
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (const char c : bytes.substr(0, 32)) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return bytes.size() > 32 ? text + "..." : text;
}

std::optional<std::uint64_t> count_in(std::string_view digits) {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || at != end || value > 1'000'000'000) return std::nullopt;
  return value;
}

std::optional<DType> numpy_number(char kind, std::uint64_t size) {
  const std::string bits = std::to_string(8 * size);
  switch (kind) {
    case 'b':
      return size == 1 ? dtype_named("bool") : std::nullopt;
    case 'i':
      return dtype_named("int" + bits);
    case 'u':
      return dtype_named("uint" + bits);
    case 'f':
      return dtype_named("float" + bits);
    case 'c':
      return dtype_named("complex" + bits);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<DType> dtype_named(std::string_view name) {
  for (const NamedType& type : kNamedTypes) {
    if (type.name == name) return DType{std::string(name), type.size, type.element};
  }
  return std::nullopt;
}

DType raw_dtype(std::string_view name, std::uint64_t size) {
  return {std::string(name), size, Element::raw};
}

std::optional<NumpyDType> numpy_dtype(std::string_view spelling) {
  NumpyDType result;
  std::string_view rest = spelling;
  if (!rest.empty() && std::string_view("<>|=").find(rest.front()) != std::string_view::npos) {
    result.swapped = rest.front() == '>';
    rest.remove_prefix(1);
  }
  if (rest.empty()) return std::nullopt;
  const char kind = rest.front();
  rest.remove_prefix(1);
  if (kind == 'O') {
    result.type = raw_dtype("object", 8);
    result.objects = true;
    return result;
  }
  // Dates carry their unit: "M8[ns]".
  const auto size = count_in(rest.substr(0, rest.find('[')));
  if (!size) return std::nullopt;
  if (kind == 'U') {
    result.type = {"U" + std::string(rest), 4 * *size, Element::wide_text};
  } else if (kind == 'S' || kind == 'a') {
    result.type = {"S" + std::string(rest), *size, Element::narrow_text};
  } else if (kind == 'M' || kind == 'm') {
    result.type = {kind + std::string(rest), *size, Element::signed_integer};
    if (*size != 8) return std::nullopt;
  } else if (const auto number = numpy_number(kind, *size)) {
    result.type = *number;
  } else if (kind == 'V' || kind == 'f' || kind == 'c') {
    result.type = raw_dtype(kind + std::string(rest), *size);
  } else {
    return std::nullopt;
  }
  return result;
}

std::optional<DType> torch_dtype(std::string_view name) {
  for (const auto& [torch, common] : kTorchTypes) {
    if (torch == name) return dtype_named(common);
  }
  return dtype_named(name);
}

void swap_bytes(std::string& elements, const DType& type) {
  std::uint64_t size = type.size;
  if (type.element == Element::raw || type.element == Element::narrow_text) return;
  if (type.element == Element::wide_text) size = 4;
  if (type.element == Element::complex) size /= 2;
  if (size < 2) return;
  const auto step = static_cast<std::ptrdiff_t>(size);
  for (auto at = elements.begin(); elements.end() - at >= step; at += step) {
    std::reverse(at, at + step);
  }
}

std::string element_text(const DType& type, std::string_view element) {
  switch (type.element) {
    case Element::flag:
      return load<std::uint8_t>(element) == 0 ? "false" : "true";
    case Element::signed_integer:
      return integer_text(element, true);
    case Element::unsigned_integer:
      return integer_text(element, false);
    case Element::real:
      return real_text(element, false);
    case Element::brain_float:
      return real_text(element, true);
    case Element::complex:
      return "(" + real_text(element.substr(0, type.size / 2), false) + ", " +
             real_text(element.substr(type.size / 2), false) + ")";
    case Element::wide_text:
      return json_text(std::string_view(utf8_of_wide(element)));
    case Element::narrow_text:
      return json_text(element.substr(0, element.find('\0')));
    case Element::raw:
      break;
  }
  return hexadecimal(element);
}

bool same_real(double a, double b, double rtol) {
  if (std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b)) return true;
  if (rtol <= 0.0 || !std::isfinite(a) || !std::isfinite(b)) return false;
  return std::fabs(a - b) <= rtol * std::max(std::fabs(a), std::fabs(b));
}

bool same_element(const DType& type, std::string_view a, std::string_view b, double rtol) {
  if (a == b) return true;
  if (rtol <= 0.0) return false;
  const bool brain_float = type.element == Element::brain_float;
  if (brain_float || type.element == Element::real) {
    return same_real(real_of(a, brain_float), real_of(b, brain_float), rtol);
  }
  if (type.element != Element::complex) return false;
  const std::size_t half = type.size / 2;
  const auto part = [&](std::size_t at) {
    const std::string_view left = a.substr(at, half);
    const std::string_view right = b.substr(at, half);
    return left == right || same_real(real_of(left, false), real_of(right, false), rtol);
  };
  return part(0) && part(half);
}

}  // namespace trainwreck::values
