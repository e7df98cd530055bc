#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "faults/inject/address.h"

namespace trainwreck {

class Params;

// Where and how often a fault strikes. Absent means any.
struct Trigger {
  Site site{};
  std::optional<std::int64_t> run;
  std::optional<std::int64_t> fit;
  std::optional<std::int64_t> epoch;
  std::optional<std::int64_t> batch;
  std::optional<std::string> detail;  // callback, layer, path (a path may end in *) or purpose
  std::optional<std::int64_t> nth;    // ordinal at the instant

  std::int64_t skip = 0;                  // matching crossings let pass first
  std::optional<std::int64_t> times = 1;  // strikes; absent: persistent
  std::int64_t every = 1;                 // of the matching crossings, each n-th
  double probability = 1.0;  // of each strike, drawn from the plan's seed and the address
  std::optional<std::int64_t> until_epoch;  // no strike from this epoch on

  bool matches(const Instant& now, Site where, std::string_view what, std::int64_t ordinal) const;
};

// Reads what stands in "at".
void read_place(Params& at, std::span<const Site> allowed, Trigger& trigger);
// Reads "at": {...} and the frequency keys beside it. `allowed` are the sites that the fault knows;
// where it knows only one, "site" may be left out.
Trigger read_trigger(Params& fault, std::span<const Site> allowed);

}  // namespace trainwreck
