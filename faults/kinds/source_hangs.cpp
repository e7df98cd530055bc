#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_source_hangs(Params&, const BuildContext&) {
  return strike(sites_of({"data"}), When::before, [](World& world) { world.hang(); });
}

}  // namespace

FaultEntry source_hangs() {
  return {"source_hangs", "the source never answers", &make_source_hangs};
}

}  // namespace trainwreck::faults
