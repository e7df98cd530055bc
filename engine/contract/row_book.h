#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/contract/sample_ledger.h"
#include "trainwreck/data.h"

namespace trainwreck {

// The rows of a pass by their contents, where nobody names the samples. Whether a row may stand
// twice is learned from the first pass that came whole: data may well have equal rows.
class RowBook {
 public:
  struct Twice {
    std::int64_t row = 0;
    SampleLedger::Place before;
  };

  void forget();
  // Notes each place once. The first row whose contents another place of this pass has, if there
  // is one.
  std::optional<Twice> note(std::int64_t position, const Batch& batch);
  // The pass came to its end with so many batches.
  void end_pass(std::int64_t batches);

  bool each_once() const { return each_once_ && *each_once_; }  // in the first whole pass
  std::int64_t rows() const { return rows_; }                   // of this pass until now

 private:
  SampleLedger ledger_;
  std::vector<bool> seen_;  // positions
  std::int64_t batches_ = 0;
  std::int64_t rows_ = 0;
  bool repeats_ = false;
  std::optional<bool> each_once_;
};

}  // namespace trainwreck
