#pragma once

#include <optional>

#include "scenarios/values/show.h"
#include "scenarios/values/value.h"

namespace trainwreck::values {

// A node of one tree beside a node of another one.
struct Sides {
  const Tree& a;
  const Tree& b;
};

// What differs between two nodes themselves, apart from what they contain. The number of a list's
// items and a map's keys are left to the caller.
std::optional<Shown> leaf_difference(const Sides& sides, NodeId a, NodeId b, double rtol);

}  // namespace trainwreck::values
