// Calls that make plain values. They are understood by name; nothing is called.
#include <algorithm>
#include <utility>

#include "scenarios/pickles/numpy_arrays.h"
#include "scenarios/pickles/pickle.h"
#include "scenarios/pickles/torch.h"

namespace trainwreck::values {
namespace {

std::string unpickled_latin1(std::string_view text) {
  // From UTF-8 back to one byte a character: how protocols before 3 write bytes.
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c == 0xC2 || c == 0xC3) && i + 1 < text.size()) {
      bytes += static_cast<char>(((c & 3U) << 6U) | (static_cast<unsigned char>(text[++i]) & 63U));
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

// Called with one argument or none.
const Node* only_argument(const std::vector<NodeId>& arguments, const Tree& tree) {
  return arguments.size() == 1 ? &tree.node(arguments.front()) : nullptr;
}

std::optional<NodeId> map_of(const std::vector<NodeId>& arguments, Reading& reading) {
  Tree& tree = reading.tree;
  const NodeId map = tree.add_map();
  const Node* argument = only_argument(arguments, tree);
  if (argument == nullptr) return arguments.empty() ? std::optional(map) : std::nullopt;
  if (argument->is(Kind::map)) return arguments.front();
  if (!argument->is(Kind::list)) return std::nullopt;
  const std::vector<NodeId>& pairs = tree.items(arguments.front());
  reading.budget.spend_bytes(pairs.size() * sizeof(Entry));
  for (const NodeId pair : pairs) {
    if (!tree.node(pair).is(Kind::list) || tree.items(pair).size() != 2) return std::nullopt;
    const NodeId key = tree.items(pair)[0];
    tree.set(map, key_of_value(tree, key), tree.items(pair)[1]);
  }
  return map;
}

std::optional<NodeId> bytes_of(const std::vector<NodeId>& arguments, Reading& reading) {
  Tree& tree = reading.tree;
  if (arguments.empty()) return tree.add_bytes("");
  const Node& first = tree.node(arguments.front());
  if (first.is(Kind::bytes) && arguments.size() == 1) return arguments.front();
  if (!first.is(Kind::text) || arguments.size() != 2) return std::nullopt;
  reading.budget.spend_bytes(tree.text(arguments.front()).size());
  return tree.add_bytes(tree.keep(unpickled_latin1(tree.text(arguments.front()))));
}

std::optional<NodeId> collection_of(std::string_view name, const std::vector<NodeId>& arguments,
                                    Reading& reading) {
  Tree& tree = reading.tree;
  std::vector<NodeId> items;
  if (const Node* argument = only_argument(arguments, tree)) {
    if (!argument->is(Kind::list)) return std::nullopt;
    // The same list may be given to many calls.
    reading.budget.spend_bytes(tree.items(arguments.front()).size() * sizeof(NodeId));
    items = tree.items(arguments.front());
  } else if (!arguments.empty()) {
    return std::nullopt;
  }
  return tree.add_list(std::move(items), name == "builtins.list" ? kPlain : kSet);
}

std::optional<NodeId> plain_call(std::string_view name, const std::vector<NodeId>& arguments,
                                 Reading& reading) {
  Tree& tree = reading.tree;
  if (name == "collections.OrderedDict" || name == "builtins.dict" ||
      name == "collections.Counter") {
    return map_of(arguments, reading);
  }
  if (name == "collections.defaultdict") return tree.add_map();
  if (name == "builtins.set" || name == "builtins.frozenset" || name == "builtins.list") {
    return collection_of(name, arguments, reading);
  }
  if (name == "_codecs.encode" || name == "builtins.bytearray" || name == "builtins.bytes") {
    return bytes_of(arguments, reading);
  }
  return std::nullopt;
}

}  // namespace

std::optional<NodeId> known_call(std::string_view name, const std::vector<NodeId>& arguments,
                                 Reading& reading) {
  if (auto value = plain_call(name, arguments, reading)) return value;
  if (name.starts_with("numpy.")) return numpy_call(name, arguments, reading);
  if (name.starts_with("torch.")) return torch_call(name, arguments, reading);
  return std::nullopt;
}

bool known_state(NodeId object, NodeId state, Reading& reading) {
  return numpy_state(object, state, reading);
}

}  // namespace trainwreck::values
