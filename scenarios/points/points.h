#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "faults/power/persistence.h"
#include "faults/recording/recording.h"
#include "scenarios/points/faults.h"
#include "scenarios/points/saves.h"

namespace trainwreck::campaign {

// One moment at which one thing goes wrong, in words.
struct PointName {
  std::string id{};       // the same in every campaign of the same program
  std::size_t order = 0;  // in which points are tried
  Fault fault = Fault::kill;
  std::string what{};
  std::string where{};   // kind of operation and group of names
  std::string group{};   // the latter alone
  std::string family{};  // points of one family are taken for alike until they differ
};

struct Point : PointName {
  // Of kills and power cuts: what the folder holds then.
  outside::Tree tree{};
  std::uint64_t tree_hash = 0;
  std::size_t saves_done = 0;   // complete files of the main group before it
  std::size_t saves_there = 0;  // the newest that is whole in the tree
  std::size_t saves_promised = 0;
  std::string promise{};        // in its words
  std::string unknown{};        // why nothing can be said about it
  std::size_t changes = 0;      // of kills: operations that change the folder, before it
  std::uint64_t in_flight = 0;  // and bytes of the next one
  // Where the bytes of the tree are.
  const outside::Spool* spool = nullptr;
  // Of all others: the n-th operation that it can strike at.
  std::size_t nth = 0;
  bool lasts = false;
  std::size_t rank = 0;  // within its family: 0 first, 1 last, 2 in the middle, then the rest
};

// What of a program decides which faults mean anything to it.
struct Traits {
  bool catches_sigterm = false;
  bool catches_sigint = false;
  bool has_children = false;
  // Groups of names that it does not use in every run, as of temporary files with random names.
  std::set<std::string> fleeting{};
};

// Groups of names that the first run has and the second one has not.
std::set<std::string> fleeting_names(const outside::Recording& first,
                                     const outside::Recording& second);

struct Points {
  std::vector<Point> all{};  // one of each family first, the faults in turn
  std::size_t families = 0;
  std::map<Fault, std::string> not_tried{};  // faults, with the reason
  // Disks after a power cut that are no points: a kill leaves them as well; there are many of their
  // family; there were too many to look at.
  std::size_t as_after_a_kill = 0;
  std::size_t of_known_families = 0;
  std::size_t never_looked_at = 0;
};

// `disk`: what it may lose when the power goes. REQUIRES: a recording that has proven itself.
Points points_of(const outside::Recording& recording, const Saves& saves, const Traits& traits,
                 PersistenceModel disk, outside::ContentHash& hash);

// Of another recording of the same program, as on a slow disk: kills of families that are not in
// `points` are added to them.
void add_other_kills(const outside::Recording& other, const Saves& saves, const Traits& traits,
                     const std::string& prefix, outside::ContentHash& hash, Points& points);

}  // namespace trainwreck::campaign
