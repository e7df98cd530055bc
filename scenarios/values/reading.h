#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/errors.h"
#include "scenarios/values/limits.h"
#include "scenarios/values/value.h"

namespace trainwreck::values {

// What readers of one file share, and of the files within it.
struct Reading {
  Tree& tree;
  Budget& budget;
  const Limits& limits;
  int archives = 0;  // how many files this one lies in
};

// Everything that a reader returns views of must outlive the tree: the file's own bytes do.
// Readers throw FormatError for bytes that break their format or a limit.

// Gives out bytes from the front; throws FormatError where there are too few.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes, std::size_t at = 0) : bytes_(bytes), at_(at) {}
  std::size_t at() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }
  std::string_view take(std::uint64_t count);
  // Up to and without this character, which is skipped.
  std::string_view take_until(char end);
  // A little-endian number of up to eight bytes.
  std::uint64_t number(int bytes);
  // What stands before the current place.
  std::string_view all() const { return bytes_; }

 private:
  std::string_view bytes_;
  std::size_t at_;
};

// A name that a file gives, fit for a message: of bearable length and without control characters.
std::string printable(std::string_view name);

// Throws FormatError.
[[noreturn]] void refuse_bytes(std::string_view why, std::uint64_t offset);

// The product of these sizes and `size`; throws FormatError when it exceeds what can be there.
std::uint64_t bytes_of_shape(const std::vector<std::int64_t>& shape, std::uint64_t size,
                             std::uint64_t most);

// Elements that lie apart or in another order, put in the order of an array: element i, j of the
// result is the one at offset + i * strides[0] + j * strides[1].
struct Strided {
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
};
std::string_view put_in_order(const DType& type, std::string_view elements, const Strided& view,
                              Reading& reading);

}  // namespace trainwreck::values
