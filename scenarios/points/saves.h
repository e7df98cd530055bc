#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "faults/recording/content_hash.h"
#include "faults/recording/recording.h"

namespace trainwreck::campaign {

// A file was complete under a name: its writer closed it, or it was renamed to that name.
struct Save {
  std::size_t operation = 0;  // the one that completed it
  std::string name{};         // relative to the watched folder
  std::string group{};        // the same without its numbers
  std::uint64_t hash = 0;
  outside::Contents contents{};
};

// The program said that something was saved, or ended well.
struct Promise {
  std::size_t from = 0;   // after so many operations
  std::size_t saves = 0;  // of the main group were complete then
  std::string words{};    // the line that it printed; empty: it ended with exit code 0
};

// All complete files of a recording, in order, and which group of names stands for its checkpoints:
// of those that are there at the end the one that was completed most often, and of several the one
// with the most different contents.
struct Saves {
  std::vector<Save> all{};
  std::string main{};
  std::set<std::string> kept{};  // groups that are there at the end
  std::vector<Promise> promises{};

  // Of the main group, how many were complete after so many operations.
  std::size_t done(std::size_t operations) const;
  std::size_t count() const;
  // The last promise after so many operations, if any.
  const Promise* promised(std::size_t operations) const;
  // How many operations there are up to the end of a save, numbered from 1, with all its files.
  // None where saves overlap.
  std::optional<std::size_t> after_whole_save(std::size_t number,
                                              const outside::Recording& recording) const;
};

// Files that nobody opens for reading, and that are only ever appended to, or stay open for writing
// while other files become complete.
std::set<std::string> logs_of(const outside::Recording& first, const outside::Recording& again);

// REQUIRES: all bytes were kept. Groups in `logs` are no saves.
Saves saves_of(const outside::Recording& recording, const std::set<std::string>& logs,
               outside::ContentHash& hash);

// How many saves of the main group were done when the newest complete one in the tree was; 0: none
// is there.
std::size_t newest_in(const Saves& saves, const outside::Tree& tree, outside::ContentHash& hash);

// What became of each group of names in a tree: "absent", "empty", "whole: last", "whole: older",
// "cut short", "zeros" or "mixed". One text for one class.
std::string class_of(const Saves& saves, std::size_t done, const outside::Tree& tree,
                     outside::ContentHash& hash);

}  // namespace trainwreck::campaign
