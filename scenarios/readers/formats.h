#pragma once

#include <string>
#include <string_view>

#include "scenarios/values/reading.h"

namespace trainwreck::values {

// How a file is to be read; "" for nothing that is known. Every limit holds for the file together
// with the files in it.
std::string_view format_of(std::string_view name, std::string_view bytes);

// The value of a file of this format, or of one of unknown format if its bytes happen to be JSON.
// `format` becomes more exact: an archive may be torch's, numpy's or Keras's.
NodeId read_file(std::string_view bytes, std::string& format, Reading& reading);

// HDF5 through its library, in builds that have it; others know the format no more than any bytes.
bool can_read_h5();
NodeId read_h5(std::string_view bytes, Reading& reading);

}  // namespace trainwreck::values
