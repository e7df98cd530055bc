#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/points/workplace.h"

namespace trainwreck::campaign {

// What became of a training after a fault, when it was started again; the mildest first.
enum class End : std::uint8_t {
  same,
  goes_on,    // it ends with 0, and there is nothing to compare
  inexact,    // a gentle resume has another end, and the program says so
  orphans,    // processes outlived the program by 10 seconds
  lost_work,  // the right end, but more than one save interval was done again, or what the program
              // had reported as saved; or a save failed, and the program said so and went on
  started_over,
  refused,
  crashed,
  hung,
  other_end,
  silent_failure,
  unknown
};
constexpr std::array<std::string_view, 12> kEndNames{
    "same",    "goes on", "inexact", "orphans",   "lost work",      "started over",
    "refused", "crashed", "hung",    "other end", "silent failure", "unknown"};
inline std::string_view name_of(End end) { return kEndNames[static_cast<std::size_t>(end)]; }
inline bool fails(End end) { return end >= End::started_over && end < End::unknown; }

struct Verdict {
  End end = End::same;
  std::string detail{};     // the first different value, from where it went on, why it is unknown
  std::string exception{};  // the last line that it wrote to standard error
  std::string place{};      // "train.py:36"
  bool by_resume = false;   // it is what resuming itself does, wherever the program was struck
};

// Lines of output that the other run has not, whatever numbers are in them.
std::vector<std::string> new_lines(const outside::Recording& recording,
                                   const outside::Recording& other);
// The one that says that a resumed training is not the same; empty: none does.
std::string admission_in(const std::vector<std::string>& lines);
// The one that says that something went wrong.
std::string complaint_in(const std::vector<std::string>& lines);

// What a program that failed said last.
void read_last_words(const outside::Recording& recording, Verdict& verdict);

}  // namespace trainwreck::campaign
