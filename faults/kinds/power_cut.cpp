#include "faults/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make(Params& params, const BuildContext&) {
  return strike(sites_of({"callback", "data", "compute", "file_system"}), read_when(params),
                [](World& world) { world.cut_power(); });
}

}  // namespace

FaultEntry power_cut() {
  return {"power_cut", "the power goes: the disk keeps what its persistence model lets it keep",
          &make};
}

}  // namespace trainwreck::faults
