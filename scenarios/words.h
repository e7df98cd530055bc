#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "faults/trace.h"

namespace trainwreck {

// A trace line for a person: "0/0 epoch 1 batch 2  hook on_epoch_end of csv_logger: ok".
std::string text_of(const TraceLine& line);

// Keras's own words: "A.on_epoch_end(1)", "train_step[data=0,rows=4]", "ds[2]", "val.on_epoch_end".
// A view says of whom: names of callbacks, of sources, "train_step", "test_step". Everything else
// is left out. One call of fit, or all of them (call < 0) with "== fit #2 ==" between.
std::vector<std::string> keras_words(const Trace& trace, const std::vector<std::string>& view,
                                     int call);

}  // namespace trainwreck
