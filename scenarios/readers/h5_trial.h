#pragma once

#include <functional>

namespace trainwreck::values {

// Does this in a child process first. The HDF5 library crashes on some damaged files and never
// comes to an end on others (one bent bit in a heap is enough), so only what a child did without
// an error and within so much processor time is done here. Throws FormatError otherwise.
void try_h5(const std::function<void()>& work, unsigned cpu_seconds);

}  // namespace trainwreck::values
