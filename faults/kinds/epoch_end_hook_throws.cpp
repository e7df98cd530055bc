#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_epoch_end_hook_throws(Params& params, const BuildContext&) {
  const When when = read_when(params);
  return bend<Operation>({Site::source_epoch_end}, when,
                         [raise = read_error(params)](Operation&, const Strike&) { raise(); });
}

}  // namespace

FaultEntry epoch_end_hook_throws() {
  return {"epoch_end_hook_throws", "the source's own epoch end fails", &make_epoch_end_hook_throws};
}

}  // namespace trainwreck::faults
