#include "scenarios/pickles/numpy_arrays.h"

#include <algorithm>
#include <string>
#include <utility>

#include "scenarios/pickles/pickle.h"

namespace trainwreck::values {
namespace {

// Numpy 2 renamed its inner modules.
std::string_view numpy_name(std::string_view name) {
  for (const std::string_view start : {"numpy.core.", "numpy._core."}) {
    if (name.starts_with(start)) return name.substr(start.size());
  }
  return name;
}

// The entry that an object was made with or given later.
std::optional<NodeId> own_entry(const Tree& tree, NodeId object, Key::Kind kind) {
  for (const Entry& entry : tree.entries(object).all) {
    if (tree.key(entry.key).kind == kind) return entry.value;
  }
  return std::nullopt;
}

std::optional<NodeId> item_of(const Tree& tree, std::optional<NodeId> list, std::size_t at) {
  if (!list || !tree.node(*list).is(Kind::list) || at >= tree.items(*list).size()) {
    return std::nullopt;
  }
  return tree.items(*list)[at];
}

// Of a pickled numpy.dtype: its arguments hold the spelling, its state the byte order, and the size
// of what has fields.
std::optional<NumpyDType> dtype_of(const Tree& tree, NodeId object) {
  if (!tree.node(object).is(Kind::object) || tree.entries(object).class_name != "numpy.dtype") {
    return std::nullopt;
  }
  const auto spelling = item_of(tree, own_entry(tree, object, Key::Kind::arguments), 0);
  if (!spelling) return std::nullopt;
  const auto state = own_entry(tree, object, Key::Kind::state);
  std::string text(tree.text(*spelling));
  if (const auto order = item_of(tree, state, 1)) text = std::string(tree.text(*order)) + text;
  return numpy_dtype(text);
}

std::optional<NodeId> array_of(std::optional<NumpyDType> type, std::optional<NodeId> shape,
                               bool fortran, std::optional<NodeId> data, Reading& reading) {
  const Tree& tree = reading.tree;
  if (!type || !shape || !data) return std::nullopt;
  auto sizes = integers_of(tree, *shape);
  const bool raw = tree.node(*data).is(Kind::bytes) || tree.node(*data).is(Kind::text);
  if (!sizes || !raw || type->objects) return std::nullopt;
  return add_numpy_array(*type, std::move(*sizes), fortran, tree.text(*data), reading);
}

bool is_flag(const Tree& tree, std::optional<NodeId> id) {
  if (!id) return false;
  const Node& node = tree.node(*id);
  return (node.is(Kind::flag) || node.is(Kind::integer)) && node.bits != 0;
}

}  // namespace

NodeId add_numpy_array(const NumpyDType& type, std::vector<std::int64_t> shape, bool fortran,
                       std::string_view bytes, Reading& reading) {
  const std::uint64_t size = bytes_of_shape(shape, type.type.size, bytes.size());
  std::string_view elements = bytes.substr(0, size);
  if (type.swapped && type.type.size > 1) {
    reading.budget.spend_bytes(size);
    std::string turned(elements);
    swap_bytes(turned, type.type);
    elements = reading.tree.keep(std::move(turned));
  }
  if (fortran && shape.size() > 1 && type.type.size > 0) {
    Strided view{0, shape, {}};
    std::int64_t stride = 1;
    // With a size of 0 nothing is read, and the product may be anything.
    for (const std::int64_t one : shape) {
      view.strides.push_back(stride);
      stride = size == 0 ? 1 : stride * one;
    }
    elements = put_in_order(type.type, elements, view, reading);
  }
  return reading.tree.add_array(type.type, std::move(shape), elements);
}

std::optional<NodeId> numpy_call(std::string_view name, const std::vector<NodeId>& arguments,
                                 Reading& reading) {
  Tree& tree = reading.tree;
  const std::string_view function = numpy_name(name);
  const auto argument = [&](std::size_t at) {
    return at < arguments.size() ? std::optional(arguments[at]) : std::nullopt;
  };
  if (function == "multiarray._reconstruct" && !arguments.empty() &&
      tree.node(arguments.front()).is(Kind::object)) {
    return tree.add_object(tree.entries(arguments.front()).class_name);
  }
  if (function == "multiarray.scalar" && arguments.size() == 2) {
    const NodeId no_shape = tree.add_list({}, kTuple);
    return array_of(dtype_of(tree, arguments[0]), no_shape, false, arguments[1], reading);
  }
  if (function == "numeric._frombuffer" && arguments.size() == 4) {
    const bool fortran = tree.text(arguments[3]) == "F";
    return array_of(dtype_of(tree, arguments[1]), argument(2), fortran, argument(0), reading);
  }
  return std::nullopt;
}

bool numpy_state(NodeId object, NodeId state, Reading& reading) {
  Tree& tree = reading.tree;
  if (!tree.node(object).is(Kind::object) || !tree.node(state).is(Kind::list)) return false;
  if (tree.items(state).size() != 5 || !tree.entries(object).all.empty()) return false;
  if (!tree.entries(object).class_name.starts_with("numpy.")) return false;
  const std::vector<NodeId> items = tree.items(state);
  const auto type = dtype_of(tree, items[2]);
  const auto array = array_of(type, items[1], is_flag(tree, items[3]), items[4], reading);
  if (array) {
    tree.become(object, *array);
    return true;
  }
  if (!type || !type->objects || !tree.node(items[4]).is(Kind::list)) return false;
  // Of an array of objects the elements' list stays, and the shape beside it.
  tree.set(object, {Key::Kind::text, "(shape)"}, items[1]);
  tree.set(object, {Key::Kind::items, ""}, items[4]);
  return true;
}

}  // namespace trainwreck::values
