#include <utility>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_reentrant_evaluate(Params&, const BuildContext&) {
  std::vector<Site> sites = sites_of({"callback"});
  sites.push_back(Site::source_epoch_end);
  return bend<Operation>(std::move(sites), When::before, [](Operation&, const Strike& strike) {
    strike.world.call_again(World::Again::evaluate);
  });
}

}  // namespace

FaultEntry reentrant_evaluate() {
  return {
      "reentrant_evaluate",
      "a callback, or a source at its own epoch's end, evaluates the model that is being trained",
      &make_reentrant_evaluate};
}

}  // namespace trainwreck::faults
