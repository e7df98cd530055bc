#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_source_throws(Params& params, const BuildContext&) {
  const When when = read_when(params);
  return bend<Operation>(sites_of({"data"}), when,
                         [raise = read_error(params)](Operation&, const Strike&) { raise(); });
}

}  // namespace

FaultEntry source_throws() {
  return {"source_throws", "the source fails, before it has done anything or when it has",
          &make_source_throws};
}

}  // namespace trainwreck::faults
