#include "trainwreck/callback.h"
#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_hook_requests_stop(Params& params, const BuildContext&) {
  const std::string reason = params.text("reason", "asked for by a fault", "what it says");
  return bend<HookOperation>(read_when(params), [reason](HookOperation& operation, const Strike&) {
    operation.event->session.request_stop(reason);
  });
}

}  // namespace

FaultEntry hook_requests_stop() {
  return {"hook_requests_stop", "a callback asks for the end of training",
          &make_hook_requests_stop};
}

}  // namespace trainwreck::faults
