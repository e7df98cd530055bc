#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/sources/checked_source.h"

namespace trainwreck {

struct CheckPlan {
  CheckOptions options{.ask_twice = true, .watch_handed_out = true};
  std::int64_t passes = 2;
  std::int64_t batches = 1000;  // of a pass, at most
  std::uint64_t seed = 0;
  bool shuffle = true;
  std::int64_t findings = 20;  // give up after so many
};

struct CheckReport {
  std::vector<Finding> findings;
  std::int64_t batches = 0;  // that were looked at
  bool complete = true;      // every pass was walked to its end
};

// Walks through passes of a source as a loop does and lists what breaks the data contract, beyond
// the rules of data_rules.h:
//   does_not_throw    an error where a batch was due
//   stays_exhausted   a stream that ended gives nothing more in this pass
//   index_is_checked  an index beyond the end is an IndexError
//   replays           a source that says so gives as many batches in every pass
CheckReport check_data(std::shared_ptr<DataSource> source, const CheckPlan& plan = {});

}  // namespace trainwreck
