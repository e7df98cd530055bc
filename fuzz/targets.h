#pragma once

#include <span>
#include <string_view>

namespace trainwreck {

// Something that reads bytes which anybody may have written. It may refuse them in its own way;
// every other end is a finding: a crash, a hang, an error of another type, memory out of
// proportion. The file fuzz/targets/<name>.cpp is the target, fuzz/corpus/<name> holds what once
// mattered.
struct FuzzTarget {
  std::string_view name;
  std::string_view help;
  void (*run)(std::string_view bytes);
};
std::span<const FuzzTarget> fuzz_targets();

}  // namespace trainwreck
