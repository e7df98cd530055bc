#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_hook_throws(Params& params, const BuildContext&) {
  const When when = read_when(params);
  return bend<HookOperation>(
      when, [raise = read_error(params)](HookOperation&, const Strike&) { raise(); });
}

}  // namespace

FaultEntry hook_throws() {
  return {"hook_throws", "a callback fails, before its own work or after it", &make_hook_throws};
}

}  // namespace trainwreck::faults
