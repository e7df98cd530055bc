#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "scenarios/values/reading.h"

namespace trainwreck::values {

// Finds what a pickle's persistent id stands for: torch keeps its storages outside of pickles.
using PersistentLoad = std::function<NodeId(NodeId id)>;

// One pickle of any protocol from `at` on, which is then behind its end. Nothing is imported or
// called: a class becomes its name, what a call would return becomes an object of what was called,
// with its arguments. Only well-known calls that make plain values are understood (OrderedDict,
// set, numpy's and torch's arrays). Without `load`, persistent ids become objects as well.
NodeId read_pickle(std::string_view bytes, std::size_t& at, Reading& reading,
                   const PersistentLoad& load = {});

// A file of one pickle, or of several that were appended: a list.
NodeId read_pickle_file(std::string_view bytes, Reading& reading);

// What a call of the class or function `name` with these arguments returns, in a new node. Nothing
// when it is none that is known.
std::optional<NodeId> known_call(std::string_view name, const std::vector<NodeId>& arguments,
                                 Reading& reading);
// The same for what stands for objects of which the state is known later, in place. False when the
// object is of another class.
bool known_state(NodeId object, NodeId state, Reading& reading);

// The shape, the strides of a tensor: a list of integers.
std::optional<std::vector<std::int64_t>> integers_of(const Tree& tree, NodeId list);
Key key_of_value(const Tree& tree, NodeId value);

}  // namespace trainwreck::values
