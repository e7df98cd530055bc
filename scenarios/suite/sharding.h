#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace trainwreck {

// One of several machines that share the runs: run k belongs to shard k % total.
struct Shard {
  std::size_t index = 0;
  std::size_t total = 1;

  bool has(std::size_t run) const { return total <= 1 || run % total == index; }
};

// From the environment, by googletest's names (GTEST_TOTAL_SHARDS, GTEST_SHARD_INDEX) or Bazel's
// (TEST_...). Says in `complaint` what is wrong with them. Makes the status file that tells the
// test runner that sharding is understood.
std::optional<Shard> shard_from_environment(std::string& complaint);

}  // namespace trainwreck
