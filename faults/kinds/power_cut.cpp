#include "faults/inject/bend.h"
#include "faults/power/persistence.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_power_cut(Params& params, const BuildContext&) {
  const When when = read_when(params);
  const auto model = static_cast<PersistenceModel>(
      params.choice("disk", persistence_models(),
                    static_cast<std::size_t>(PersistenceModel::ext4_ordered), "what it promises"));
  return strike_at_random(
      sites_of({"callback", "data", "compute", "file_system"}), when,
      [model](World& world, const Random& random) { world.cut_power(model, random); });
}

}  // namespace

FaultEntry power_cut() {
  return {"power_cut", "the power goes, and the disk keeps no more than it has promised",
          &make_power_cut};
}

}  // namespace trainwreck::faults
