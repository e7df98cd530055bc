#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "faults/inject/address.h"
#include "scenarios/flow/scenario.h"
#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

// One kind of fault and the sites where it can strike.
struct SweptKind {
  std::string name;
  std::vector<Site> sites;
};

// The kinds that need to be told nothing, and the names of those that do: no sweep can guess what.
struct SweptKinds {
  std::vector<SweptKind> kinds;
  std::vector<std::string> need_parameters;
  std::vector<std::string> hopeless;  // where nobody could do anything about them, and why
};
SweptKinds swept_kinds(const Vocabulary& vocabulary);

// One fault at one crossing of an undisturbed run.
struct SweepPoint {
  Address at;
  std::string kind;
  bool lasting = false;   // at this crossing and at all later ones of its site in that call
  std::int64_t skip = 0;  // crossings of its site in that call before this one
  std::size_t chapter = 0;
};

// What stands in a scenario's "when" to make it happen again.
std::string when_of(const SweepPoint& point);

// Which crossings are struck. Where a story has more points than `most`, a class of crossings (the
// same site and detail in the same call) is struck at its first, its second, its last, and at as
// many between as there is room for.
struct SweepPoints {
  std::vector<SweepPoint> points;
  std::uint64_t all = 0;       // that there would be
  std::uint64_t unarmed = 0;   // crossings outside of any call, where nothing can be armed
  std::uint64_t unstruck = 0;  // crossings at whose site no kind of the sweep can strike
};
SweepPoints sweep_points(const Scenario& scenario, const std::vector<Address>& census,
                         const std::vector<SweptKind>& kinds, std::uint64_t most);

}  // namespace trainwreck
