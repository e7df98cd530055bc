#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/campaign/workplace.h"

namespace trainwreck::campaign {

// What became of a training after a fault, when it was started again; the mildest first.
enum class End : std::uint8_t {
  same,
  goes_on,    // it ends with 0, and there is nothing to compare
  lost_work,  // the right end, but more than one save interval was done again
  started_over,
  refused,
  crashed,
  hung,
  other_end,
  silent_failure,
  unknown
};
constexpr std::array<std::string_view, 10> kEndNames{
    "same",    "goes on", "lost work", "started over",   "refused",
    "crashed", "hung",    "other end", "silent failure", "unknown"};
inline std::string_view name_of(End end) { return kEndNames[static_cast<std::size_t>(end)]; }
inline bool fails(End end) { return end >= End::started_over && end < End::unknown; }

struct Verdict {
  End end = End::same;
  std::string detail{};     // the first different value, from where it went on, why it is unknown
  std::string exception{};  // the last line that it wrote to standard error
  std::string place{};      // "train.py:36"
};

// What a program that failed said last.
void read_last_words(const outside::Recording& recording, Verdict& verdict);

}  // namespace trainwreck::campaign
