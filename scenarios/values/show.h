#pragma once

#include <string>
#include <string_view>

#include "scenarios/values/value.h"

namespace trainwreck::values {

// A value in a few words: "0.12", "\"adam\"", "float32 [2, 3]", "a map of 4".
std::string shown(const Tree& tree, NodeId id);
std::string shown_shape(const Array& array);

// What stands where for one difference: a part of a path, and both sides in words.
struct Shown {
  std::string index;  // "[1, 2]", or nothing
  std::string left;
  std::string right;
};
// Of two arrays of one type and shape that differ in this element.
Shown shown_elements(const Array& array, std::string_view a, std::string_view b,
                     std::size_t element);
// Of two texts, or two runs of bytes, that differ.
Shown shown_contents(const Content& a, const Content& b, bool text);

}  // namespace trainwreck::values
