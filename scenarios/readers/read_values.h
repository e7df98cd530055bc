#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/values/difference.h"
#include "scenarios/values/limits.h"
#include "scenarios/values/value.h"

namespace trainwreck::values {

enum class Outcome : std::uint8_t {
  values,
  not_readable,  // of a known format, and damaged; or beyond a limit
  unknown        // of no format that is known here
};

struct ReadResult {
  Outcome outcome = Outcome::unknown;
  std::string format;  // "torch", "pickle", "json"...; "bytes" when unknown
  std::string reason;  // why it is not readable, and where
  Tree tree;           // the bytes themselves where no values were read

  bool is_readable() const { return outcome != Outcome::not_readable; }
};

// What a saved file says. The format is told by the content, and by the name where contents look
// alike. Executes nothing, refuses what would cost more than the limits, never throws for what the
// bytes are. The tree looks into `bytes`, which must outlive it (or see Tree::detach).
ReadResult read_values(std::string_view name, std::string_view bytes, const Limits& limits = {});

// As for trees; a file that is not readable is no other one's equal, unless the bytes are.
std::optional<Difference> first_difference(const ReadResult& a, const ReadResult& b,
                                           const CompareOptions& options = {});

}  // namespace trainwreck::values
