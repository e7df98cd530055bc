#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "engine/policy/policy.h"

namespace trainwreck {

class Params;

// One enum-valued choice by name, for scenario files and documentation: "loop.end_hooks".
struct PolicyChoice {
  std::string_view name;
  std::string_view help;
  std::span<const std::string_view> values;  // the enum's, in order
  std::size_t (*get)(const Policy&);
  void (*set)(Policy&, std::size_t);
};
std::span<const PolicyChoice> policy_choices();

// One numeric setting: "data.max_skips".
struct PolicyNumber {
  std::string_view name;
  std::string_view help;
  double (*get)(const Policy&);
  void (*set)(Policy&, double);
};
std::span<const PolicyNumber> policy_numbers();

// Reads {"loop.end_hooks": "closed_with_status", "data.max_skips": 3, ...} over `base`.
Policy read_policy(Params& params, Policy base);

}  // namespace trainwreck
