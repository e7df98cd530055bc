#include "trainwreck/fault.h"
#include "trainwreck/session.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_memory_leak(Params& params, const BuildContext&) {
  const auto bytes =
      params.maybe_integer("bytes", "each time; absent: those of the batch at hand", {.low = 1});
  return bend<HookOperation>(When::after, [bytes](HookOperation& operation, const Strike&) {
    const Session& session = operation.event->session;
    const std::int64_t held = session.batch() != nullptr ? session.batch()->bytes() : 0;
    session.seams().memory.reserve(MemoryPurpose::data, bytes.value_or(held));
  });
}

}  // namespace

FaultEntry memory_leak() {
  return {"memory_leak", "a callback keeps memory and never gives it back", &make_memory_leak};
}

}  // namespace trainwreck::faults
