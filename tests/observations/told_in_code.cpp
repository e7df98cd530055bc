#include "tests/observations/told_in_code.h"

#include "engine/base/errors.h"
#include "engine/callbacks/reduce_lr_on_plateau.h"
#include "engine/sources/array_source.h"

namespace trainwreck::testing {

const std::vector<ToldInCode>& told_in_code() {
  static const std::vector<ToldInCode> all = {
      {"10_arrays_rows_mismatch",
       [] {
         ArraySource source(ArrayData{Tensor({160, 1}), Tensor({150, 1}), {}}, {});
       }},
      {"16_factor1", [] { ReduceLROnPlateau callback({.factor = 1.0}); }},
  };
  return all;
}

std::string difference_in_code(const Facts& observed, const std::function<void()>& act,
                               const Rules& rules) {
  if (!observed.events.empty() || !observed.files.empty() || !observed.epochs.items.empty()) {
    return "more was observed than an error";
  }
  try {
    act();
  } catch (const std::exception& error) {
    return error_difference(std::string(error_name(error)), observed.raised, rules);
  }
  return error_difference("nothing", observed.raised, rules);
}

}  // namespace trainwreck::testing
