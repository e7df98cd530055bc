#pragma once

#include <string>

#include "scenarios/campaign/causes.h"
#include "scenarios/campaign/wreck.h"

namespace trainwreck::campaign {

// How far a campaign came.
struct Progress {
  std::size_t points = 0;
  std::size_t families = 0;
  std::size_t tried = 0;
  std::size_t families_tried = 0;
  std::size_t of_known_families = 0;  // disks that were left out; see Points
  std::size_t never_looked_at = 0;
  std::string stopped{};  // why not all were tried

  bool every_family() const { return families_tried == families && never_looked_at == 0; }
};

// One row for each fault, one column for each class that occurred, then the causes.
std::string table_text(const Findings& findings, const Progress& progress);
// The same for machines.
std::string results_json(const WreckOptions& options, const Findings& findings,
                         const Progress& progress, int exit_code);

}  // namespace trainwreck::campaign
