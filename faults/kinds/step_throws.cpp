#include <iterator>
#include <utility>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

// The steps of training without the one that cannot fail half-way: apply.
constexpr Site kFallible[] = {Site::step_forward, Site::step_loss, Site::step_backward};

std::unique_ptr<Fault> make_step_throws(Params& params, const BuildContext&) {
  const When when = read_when(params);
  // What fails after the weights were changed would break the optimizer's promise.
  std::vector<Site> sites = sites_of<ComputeOperation>();
  if (when == When::after) sites.assign(std::begin(kFallible), std::end(kFallible));
  return bend<Operation>(std::move(sites), when,
                         [raise = read_error(params)](Operation&, const Strike&) { raise(); });
}

}  // namespace

FaultEntry step_throws() {
  return {"step_throws", "a layer, the loss or the optimizer fails", &make_step_throws};
}

}  // namespace trainwreck::faults
