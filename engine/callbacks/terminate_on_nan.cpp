#include "engine/callbacks/terminate_on_nan.h"

#include <fmt/format.h>

#include <cmath>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/base/text.h"
#include "trainwreck/session.h"

namespace trainwreck {

void TerminateOnNan::on_train_batch_end(Event& event) {
  if (is_broken_off(event.status)) return;
  const std::optional<double> loss = event.logs.find(loss_);
  if (!loss || std::isfinite(*loss)) return;
  const std::string text = fmt::format("TerminateOnNaN: the loss is {} at epoch {}, batch {}",
                                       number_text(*loss), event.epoch, event.index);
  if (options_.raise_error) throw NonFinite(text);
  event.session.request_stop(text);
}

namespace callbacks {
namespace {

CallbackHandle read_terminate_on_nan(Params& params, const BuildContext&) {
  return std::make_shared<TerminateOnNan>(TerminateOnNanOptions{
      .raise_error = params.flag("raise_error", false, "fails the run instead of stopping it")});
}

}  // namespace

CallbackEntry terminate_on_nan() {
  return {"terminate_on_nan", "stops when the loss is NaN or infinite", read_terminate_on_nan};
}

}  // namespace callbacks
}  // namespace trainwreck
