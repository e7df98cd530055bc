#include <utility>

#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_reentrant_evaluate(Params&, const BuildContext&) {
  std::vector<Site> sites = sites_of({"callback"});
  sites.push_back(Site::source_epoch_end);
  return strike(std::move(sites), When::before,
                [](World& world) { world.call_again(World::Again::evaluate); });
}

}  // namespace

FaultEntry reentrant_evaluate() {
  return {
      "reentrant_evaluate",
      "a callback, or a source at its own epoch's end, evaluates the model that is being trained",
      &make_reentrant_evaluate};
}

}  // namespace trainwreck::faults
