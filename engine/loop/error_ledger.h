#pragma once

#include <exception>
#include <optional>
#include <vector>

#include "engine/loop/status.h"

namespace trainwreck {

// Thrown by the loop itself once an error is in the ledger: scopes close on its way out. It never
// leaves a run.
struct Unwinding {};

// The first error wins; every later one is kept beside it.
class ErrorLedger {
 public:
  // Returns true when it was the first.
  bool record(ErrorRecord record);
  bool empty() const { return !primary_.has_value(); }
  const std::optional<ErrorRecord>& primary() const { return primary_; }
  const std::vector<ErrorRecord>& suppressed() const { return suppressed_; }
  // interrupted where a signal was the first error, else failed.
  Status status() const;

 private:
  std::optional<ErrorRecord> primary_;
  std::vector<ErrorRecord> suppressed_;
};

// Type and text of an exception of any kind.
ErrorRecord describe(std::exception_ptr error);

}  // namespace trainwreck
