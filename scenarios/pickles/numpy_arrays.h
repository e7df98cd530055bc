#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "scenarios/values/reading.h"

namespace trainwreck::values {

// An array of these bytes, in rows or, where `fortran`, in columns; they may be too many, not too
// few.
NodeId add_numpy_array(const NumpyDType& type, std::vector<std::int64_t> shape, bool fortran,
                       std::string_view bytes, Reading& reading);

// For pickles: what numpy's functions make, and what its objects become with their state. As
// known_call() and known_state().
std::optional<NodeId> numpy_call(std::string_view name, const std::vector<NodeId>& arguments,
                                 Reading& reading);
bool numpy_state(NodeId object, NodeId state, Reading& reading);

bool is_npy(std::string_view bytes);
// What np.save() writes; an array of objects is the pickle that it holds. Several arrays that were
// written to one file, or bytes that follow, make a list.
NodeId read_npy(std::string_view bytes, Reading& reading);

}  // namespace trainwreck::values
