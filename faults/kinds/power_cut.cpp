#include "faults/power/persistence.h"
#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_power_cut(Params& params, const BuildContext&) {
  const When when = read_when(params);
  const auto model = static_cast<PersistenceModel>(
      params.choice("disk", persistence_models(),
                    static_cast<std::size_t>(PersistenceModel::ext4_ordered), "what it promises"));
  return bend<Operation>(
      sites_of({"callback", "data", "compute", "file_system"}), when,
      [model](Operation&, const Strike& strike) { strike.world.cut_power(model, strike.random); });
}

}  // namespace

FaultEntry power_cut() {
  return {"power_cut", "the power goes, and the disk keeps no more than it has promised",
          &make_power_cut};
}

}  // namespace trainwreck::faults
