#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/suite/sharding.h"

namespace trainwreck {

// Which runs are wanted, out of all that the files describe.
struct Selection {
  std::vector<std::string> tags;         // one of them; empty: any
  std::vector<std::string> without;      // none of them
  std::string filter;                    // part of a name, path or case
  std::string profile;                   // "": both
  std::string case_name;                 // "": all
  bool all = false;                      // also those tagged "keras" or "slow"
  Shard shard;                           // after everything above
  std::optional<std::uint64_t> shuffle;  // the seed of another order
  int repeat = 1;                        // the whole list so many times
};

// Parses every file below the paths (the library where there are none) and plans what is wanted.
// Prints all mistakes of all files on stderr; false when there are any, or nothing is left.
bool select_plans(const std::vector<std::string>& paths, const Selection& selection,
                  const Vocabulary& vocabulary, std::vector<Plan>& plans);

// All scenarios of the files, also those that say nothing about any profile.
bool read_scenarios(const std::vector<std::string>& paths, const Vocabulary& vocabulary,
                    std::vector<Scenario>& scenarios);

}  // namespace trainwreck
