#pragma once

#include <string_view>

#include "engine/base/check.h"
#include "scenarios/readers/read_values.h"

namespace trainwreck::fuzz {

// Holds a reader of values against what it promises for any bytes: it ends, it throws nothing, it
// says why it refuses, and a file says the same as itself.
inline void check_values(std::string_view name, std::string_view bytes) {
  values::Limits limits;
  limits.nodes = 100'000;
  limits.unpacked_bytes = 10'000'000;
  limits.steps = 1'000'000;
  const values::ReadResult one = values::read_values(name, bytes, limits);
  TRAINWRECK_CHECK(one.is_readable() == one.reason.empty(),
                   "a file is read, or it is said why not");
  values::ReadResult other = values::read_values(name, bytes, limits);
  other.tree.detach(16);
  const values::CompareOptions options{.steps = 1'000'000};
  const auto difference = values::first_difference(one, other, options);
  TRAINWRECK_CHECK(!difference || difference->left == "too much to compare",
                   "a file says the same as itself");
  values::parts_that_differ(one.tree, other.tree, options);
}

}  // namespace trainwreck::fuzz
