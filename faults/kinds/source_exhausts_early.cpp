#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_source_exhausts_early(Params&, const BuildContext&) {
  return bend<FetchOperation>(When::before, [](FetchOperation& operation, const Strike&) {
    operation.answered = true;
    operation.got = false;
  });
}

}  // namespace

FaultEntry source_exhausts_early() {
  return {"source_exhausts_early", "the source says that it has no more",
          &make_source_exhausts_early};
}

}  // namespace trainwreck::faults
