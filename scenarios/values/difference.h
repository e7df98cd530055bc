#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/values/value.h"

namespace trainwreck::values {

// A place where two trees differ. A path goes from the root: "model.0.weight[3]", and the files of
// an archive end with #: "metadata.json#date_saved". Nothing is the path of the root.
struct Difference {
  std::string path;
  std::string left;
  std::string right;

  // "model.0.weight[3]: 0.12 against 0.13".
  std::string text() const;
};

struct CompareOptions {
  // How far two reals may be apart, as a share of the bigger one; 0 wants the same bits. In either
  // case infinity is only itself, and a NaN only one of the same bits.
  double rtol = 0.0;
  // Parts that do not count, as paths in which * stands for any text and ? for any character. What
  // lies below such a part does not count either.
  std::vector<std::string> ignore;
  // Comparing more than this is given up, which is a difference: two hostile trees may have more
  // pairs of nodes than anybody could visit.
  std::uint64_t steps = 2'000'000'000;
  std::size_t depth = 2000;
  std::size_t most_parts = 1000;
};

// The order of a map's entries and the sharing of nodes are no values: lists and tuples are the
// same, and so are 1 and 1.0.
std::optional<Difference> first_difference(const Tree& a, const Tree& b,
                                           const CompareOptions& options = {});

// The parts that differ, as patterns for CompareOptions::ignore: what two undisturbed runs do not
// have in common says nothing about a third one. What differs in one element counts for all of
// them ("rows[*].time") where a list has one kind of elements; in an array, in a column, in a list
// of another length and in a map where each side has a key that the other one lacks, it is the
// whole. "*" is everything.
std::vector<std::string> parts_that_differ(const Tree& a, const Tree& b,
                                           const CompareOptions& options = {});

// Whether a pattern with * and ? matches the whole text. Everything else in it is itself.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace trainwreck::values
