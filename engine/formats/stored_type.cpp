#include "engine/formats/stored_type.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

constexpr std::array<StoredTypeFacts, 22> kFacts = {
    {{"BOOL", 8},        {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"U8", 8},
     {"I8", 8},          {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8},
     {"F8_E5M2FNUZ", 8}, {"I16", 16},    {"U16", 16},    {"F16", 16},    {"BF16", 16},
     {"I32", 32},        {"U32", 32},    {"F32", 32},    {"C64", 64},    {"F64", 64},
     {"I64", 64},        {"U64", 64}}};
static_assert(kFacts.size() == static_cast<std::size_t>(StoredType::u64) + 1);

template <class T>
std::string_view view_bytes(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

template <class T>
void copy_as(StoredType wanted, const StoredTensor& tensor, std::span<T> out) {
  if (tensor.type != wanted) {
    throw TypeError("tensor \"" + tensor.name + "\" holds " + std::string(name_of(tensor.type)) +
                    ", not " + std::string(name_of(wanted)));
  }
  if (tensor.bytes.size() != out.size_bytes()) {
    throw ShapeError("tensor \"" + tensor.name + "\" holds " +
                     std::to_string(tensor.bytes.size() / sizeof(T)) + " values, not " +
                     std::to_string(out.size()));
  }
  if (!out.empty()) std::memcpy(out.data(), tensor.bytes.data(), out.size_bytes());
}

}  // namespace

const StoredTypeFacts& facts_of(StoredType type) { return kFacts[static_cast<std::size_t>(type)]; }

std::string_view name_of(StoredType type) { return facts_of(type).name; }

std::optional<StoredType> stored_type_named(std::string_view name) {
  const auto found = std::find_if(kFacts.begin(), kFacts.end(),
                                  [&](const StoredTypeFacts& facts) { return facts.name == name; });
  if (found == kFacts.end()) return std::nullopt;
  return static_cast<StoredType>(found - kFacts.begin());
}

StoredSize stored_size(StoredType type, std::span<const std::int64_t> shape) {
  std::uint64_t bits = 1;
  for (const std::int64_t extent : shape) {
    if (extent < 0 || __builtin_mul_overflow(bits, static_cast<std::uint64_t>(extent), &bits)) {
      return {0, "ValidationOverflow"};
    }
  }
  if (__builtin_mul_overflow(bits, facts_of(type).bits, &bits)) return {0, "ValidationOverflow"};
  if (bits % 8 != 0) return {0, "MisalignedSlice"};
  return {bits / 8, {}};
}

std::string_view bytes_of(std::span<const float> values) { return view_bytes(values); }
std::string_view bytes_of(std::span<const double> values) { return view_bytes(values); }
std::string_view bytes_of(std::span<const std::int64_t> values) { return view_bytes(values); }
std::string_view bytes_of(std::span<const std::uint64_t> values) { return view_bytes(values); }
std::string_view bytes_of(std::span<const std::uint8_t> values) { return view_bytes(values); }

void copy_values(const StoredTensor& tensor, std::span<float> out) {
  copy_as(StoredType::f32, tensor, out);
}
void copy_values(const StoredTensor& tensor, std::span<double> out) {
  copy_as(StoredType::f64, tensor, out);
}
void copy_values(const StoredTensor& tensor, std::span<std::int64_t> out) {
  copy_as(StoredType::i64, tensor, out);
}
void copy_values(const StoredTensor& tensor, std::span<std::uint64_t> out) {
  copy_as(StoredType::u64, tensor, out);
}
void copy_values(const StoredTensor& tensor, std::span<std::uint8_t> out) {
  copy_as(StoredType::u8, tensor, out);
}

}  // namespace trainwreck
