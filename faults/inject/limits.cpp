#include "faults/inject/limits.h"

#include <utility>

#include "engine/seams/file_system.h"

namespace trainwreck {

bool enforce(World& world, Limit limit, std::int64_t bytes, const std::string& path) {
  auto* machine = dynamic_cast<LimitingWorld*>(&world);
  return machine != nullptr && machine->enforce(limit, bytes, path);
}

std::unique_ptr<Fault> fail_limited(std::vector<Site> sites, int error, Limit limit) {
  return bend<FileOperation>(std::move(sites), When::before,
                             [error, limit](FileOperation& operation, const Strike& strike) {
                               const std::string folder = directory_of(operation.path);
                               if (!enforce(strike.world, limit, 0, folder)) {
                                 operation.error = error;
                               }
                             });
}

}  // namespace trainwreck
