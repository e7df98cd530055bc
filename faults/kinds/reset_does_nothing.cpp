#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_reset_does_nothing(Params&, const BuildContext&) {
  return bend<SourceOperation>(
      {Site::source_start_pass}, When::before,
      [](SourceOperation& operation, const Strike&) { operation.answered = true; });
}

}  // namespace

FaultEntry reset_does_nothing() {
  return {"reset_does_nothing", "a new pass is asked for, and the source goes on where it was",
          &make_reset_does_nothing};
}

}  // namespace trainwreck::faults
