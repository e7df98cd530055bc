#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_worker_death(Params& params, const BuildContext&) {
  const std::int64_t items = params.integer("items", 0, "that it makes before", {.low = 0});
  const bool holding =
      params.flag("holding", false, "in the middle of the next item, which nobody gets then");
  return bend<SpawnOperation>(When::before, [items, holding](SpawnOperation& spawn, const Strike&) {
    spawn.lives_for = items;
    spawn.dies_holding = holding;
  });
}

}  // namespace

FaultEntry worker_death() {
  return {"worker_death", "a worker ends without a word", &make_worker_death};
}

}  // namespace trainwreck::faults
