#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "trainwreck/data.h"

namespace trainwreck {

class Executor;

// A batch that one of several threads fetches, and the checksum of it that one thread got alone.
struct ThreadRequest {
  std::int64_t index = 0;
  std::uint64_t expected = 0;
};

struct ThreadTrouble {
  std::int64_t index = 0;
  std::string got;
};

// Serves every request on a thread of its own, all of them at once and several times over. The
// first thread that got anything else, if any.
std::optional<ThreadTrouble> fetch_together(DataSource& source,
                                            std::span<const ThreadRequest> requests,
                                            Executor& executor);

}  // namespace trainwreck
