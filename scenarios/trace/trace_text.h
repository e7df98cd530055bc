#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "faults/inject/trace.h"

namespace trainwreck {

// Keras's own words: "A.on_epoch_end(1)", "train_step[data=0,rows=4]", "ds[2]", "val.on_epoch_end",
// "gen.yield(3)"; what `view` does not hear (scenarios/trace/trace_view.h) is left out. One call of
// fit, or the whole story (call < 0) with "== fit #2 ==" before its second one.
std::vector<std::string> keras_words(const Trace& trace, const std::vector<std::string>& view,
                                     int call);

}  // namespace trainwreck
