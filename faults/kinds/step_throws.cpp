#include "faults/inject/bend.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_step_throws(Params& params, const BuildContext&) {
  const When when = read_when(params);
  // What fails after the weights were changed would break the optimizer's promise.
  const std::vector<Site> sites = when == When::after ? fallible_steps() : sites_of({"compute"});
  return strike(sites, when, [raise = read_error(params)](World&) { raise(); });
}

}  // namespace

FaultEntry step_throws() {
  return {"step_throws", "a layer, the loss or the optimizer fails", &make_step_throws};
}

}  // namespace trainwreck::faults
