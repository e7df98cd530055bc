#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "trainwreck/fault.h"

namespace trainwreck {

// What a machine can be made to refuse by itself.
enum class Limit : std::uint8_t {
  memory,          // no more than `bytes` beyond what is in use
  file_size,       // no file grows beyond `bytes`
  disk_space,      // `bytes` are left on the disk
  read_only_disk,  // nothing can be written any more
  directory        // nothing can be made, renamed or removed in `path`
};

// What a world can do beside, when it has a real machine under it.
class LimitingWorld {
 public:
  virtual ~LimitingWorld() = default;
  // From now on the limit holds, and the operations that it concerns fail by themselves. False: it
  // cannot be had here.
  virtual bool enforce(Limit limit, std::int64_t bytes, const std::string& path) = 0;
};

// False also in a world without a machine: then the fault has to bend the operation itself.
bool enforce(World& world, Limit limit, std::int64_t bytes = 0, const std::string& path = {});

// Fails files' operations with an errno; where the world can enforce the limit instead (on the
// directory that the file is in), the machine fails them.
std::unique_ptr<Fault> fail_limited(std::vector<Site> sites, int error, Limit limit);

}  // namespace trainwreck
