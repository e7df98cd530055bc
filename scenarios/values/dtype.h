#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trainwreck::values {

// How the bytes of an element are to be understood.
enum class Element : std::uint8_t {
  flag,
  signed_integer,
  unsigned_integer,
  real,         // IEEE 754 of 2, 4 or 8 bytes
  brain_float,  // the upper half of a float32
  complex,      // two reals, each of half the size
  wide_text,    // UTF-32, filled up with zeros
  narrow_text,  // bytes, filled up with zeros
  raw           // shown as hexadecimal bytes
};

struct DType {
  std::string name;  // "float32"; readers of all formats use the same names
  std::uint64_t size = 1;
  Element element = Element::raw;

  bool operator==(const DType&) const = default;
};

// By its common name ("float32", "bfloat16", "complex64"), or nothing.
std::optional<DType> dtype_named(std::string_view name);
// Of so many bytes that nobody here understands.
DType raw_dtype(std::string_view name, std::uint64_t size);

struct NumpyDType {
  DType type;
  bool swapped = false;  // stored with the big end first
  bool objects = false;  // the elements are pickled
};
// As numpy spells it: "<f4", "|b1", "f8", "<U5". Nothing for what is no such spelling; structured
// types have none.
std::optional<NumpyDType> numpy_dtype(std::string_view spelling);
// Of a class of torch, "FloatStorage", or of one of its types, "float32".
std::optional<DType> torch_dtype(std::string_view name);

// Turns the bytes of each number around. Texts and raw bytes stay.
void swap_bytes(std::string& elements, const DType& type);

// A single element. Reals are the shortest text that reads back.
std::string element_text(const DType& type, std::string_view element);
// Whether two elements are the same: bit by bit, or, for reals and with `rtol` above 0, where both
// are finite and differ by at most rtol times the bigger one.
bool same_element(const DType& type, std::string_view a, std::string_view b, double rtol);
bool same_real(double a, double b, double rtol);

}  // namespace trainwreck::values
