// Stands in for h5_reader.cpp where the library is not installed.
#include "scenarios/readers/formats.h"

namespace trainwreck::values {

bool can_read_h5() { return false; }

NodeId read_h5(std::string_view, Reading&) {
  throw FormatError("is HDF5, which this build cannot read", 0);
}

}  // namespace trainwreck::values
