#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_hook_lost(Params&, const BuildContext&) {
  return bend<HookOperation>(
      When::before, [](HookOperation& operation, const Strike&) { operation.answered = true; });
}

}  // namespace

FaultEntry hook_lost() {
  return {"hook_lost", "a callback is not called, as if somebody had taken it off the list",
          &make_hook_lost};
}

}  // namespace trainwreck::faults
