#include "scenarios/pickles/torch.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "scenarios/pickles/pickle.h"

namespace trainwreck::values {
namespace {

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

std::string_view class_of(const Tree& tree, NodeId id) {
  return tree.node(id).is(Kind::object) ? tree.entries(id).class_name : std::string_view();
}

std::optional<std::int64_t> integer_of(const Tree& tree, NodeId id) {
  const Node& node = tree.node(id);
  if (!node.is(Kind::integer) || node.has(kBig)) return std::nullopt;
  return node.integer();
}

// (storage, offset, sizes, strides, ...): a view of the storage, put in order.
std::optional<NodeId> tensor_of(const std::vector<NodeId>& arguments, std::optional<DType> type,
                                Reading& reading) {
  Tree& tree = reading.tree;
  if (arguments.size() < 4 || !tree.node(arguments[0]).is(Kind::array)) return std::nullopt;
  const auto offset = integer_of(tree, arguments[1]);
  auto shape = integers_of(tree, arguments[2]);
  auto strides = integers_of(tree, arguments[3]);
  if (!offset || !shape || !strides) return std::nullopt;
  const DType element = type ? *type : tree.array(arguments[0]).type;
  Strided view{*offset, std::move(*shape), std::move(*strides)};
  const std::string_view elements =
      put_in_order(element, tree.elements(arguments[0]), view, reading);
  return tree.add_array(element, std::move(view.shape), elements);
}

// (function, class, arguments, state): what a subclass of a tensor is made of.
std::optional<NodeId> tensor_of_class(const std::vector<NodeId>& arguments, Reading& reading) {
  if (arguments.size() < 3 || !reading.tree.node(arguments[2]).is(Kind::list)) return std::nullopt;
  const std::string_view function = class_of(reading.tree, arguments[0]);
  if (last_part(function).starts_with("_rebuild_from_type")) return std::nullopt;
  reading.budget.spend_steps(reading.tree.items(arguments[2]).size());
  const std::vector<NodeId> inner = reading.tree.items(arguments[2]);
  return torch_call(function, inner, reading);
}

std::optional<NodeId> storage_in_bytes(const std::vector<NodeId>& arguments, Reading& reading) {
  if (arguments.size() != 1 || !reading.tree.node(arguments[0]).is(Kind::bytes)) {
    return std::nullopt;
  }
  const std::string_view bytes = reading.tree.text(arguments[0]);
  Reading inner{reading.tree, reading.budget, reading.limits, reading.archives + 1};
  if (inner.archives > reading.limits.archives) {
    throw FormatError(
        "holds files in files, deeper than " + std::to_string(reading.limits.archives), 0);
  }
  // The same bytes may be given to many calls.
  reading.budget.spend_steps(bytes.size());
  if (is_legacy_torch(bytes)) return read_legacy_torch(bytes, inner);
  if (is_zip(bytes)) return read_torch_zip(bytes, list_zip(bytes), inner);
  return std::nullopt;
}

// The archive's folder and the pickle's own name: "run7/data", for "run7/data.pkl".
std::optional<std::string_view> stem_of(const std::vector<ZipMember>& members) {
  for (const ZipMember& member : members) {
    if (member.name == "data.pkl" || member.name.ends_with("/data.pkl")) {
      return member.name.substr(0, member.name.size() - 4);
    }
  }
  return std::nullopt;
}

class TorchZip {
 public:
  TorchZip(std::string_view bytes, const std::vector<ZipMember>& members, Reading& reading)
      : bytes_(bytes), reading_(reading) {
    for (const ZipMember& member : members) {
      if (!member.is_folder()) members_.emplace(member.name, member);
    }
    folder_ = *stem_of(members);
    folder_.remove_suffix(std::string_view("data").size());
    order_ = member_text("byteorder");
  }

  NodeId read() {
    const NodeId value = read_member_pickle("data");
    NodeId files = 0;
    bool alone = true;
    for (const auto& [name, member] : members_) {
      const std::string_view rest = own_name(name);
      if (is_bookkeeping(rest)) continue;
      if (alone) files = reading_.tree.add_map(kArchive);
      alone = false;
      const NodeId file = rest == "constants.pkl" ? read_member_pickle("constants")
                                                  : reading_.tree.add_bytes(content(member));
      reading_.tree.set(files, {Key::Kind::text, std::string(rest)}, file);
    }
    if (alone) return value;
    reading_.tree.set(files, {Key::Kind::text, "data.pkl"}, value);
    return files;
  }

 private:
  std::string_view own_name(std::string_view name) const {
    return name.starts_with(folder_) ? name.substr(folder_.size()) : name;
  }
  // Storages are looked at where they are used; the rest says how the archive was written.
  static bool is_bookkeeping(std::string_view name) {
    return name == "data.pkl" || name == "version" || name == "byteorder" ||
           name.starts_with("data/") || name.starts_with("constants/") || name.starts_with('.');
  }
  std::string_view content(const ZipMember& member) {
    return unzip(bytes_, member, Checksum::zero_is_unknown, reading_);
  }
  std::string_view member_text(const std::string& name) {
    const auto found = members_.find(std::string(folder_) + name);
    return found == members_.end() ? std::string_view() : content(found->second);
  }
  NodeId read_member_pickle(const std::string& name) {
    const auto found = members_.find(std::string(folder_) + name + ".pkl");
    if (found == members_.end()) throw FormatError("has no " + name + ".pkl", 0);
    std::size_t at = 0;
    return read_pickle(content(found->second), at, reading_,
                       [&](NodeId id) { return load(name, id); });
  }
  // Tensors that share a storage share its bytes.
  NodeId load(const std::string& folder, NodeId id) {
    const StorageId storage = storage_id(reading_.tree, id);
    const std::string name = std::string(folder_) + folder + "/" + std::string(storage.key);
    const auto [known, is_new] = storages_.try_emplace(name + ":" + storage.type.name, 0);
    if (!is_new) return known->second;
    const auto found = members_.find(name);
    if (found == members_.end()) throw FormatError("has no storage " + printable(name), 0);
    std::string_view elements = content(found->second);
    if (order_ == "big" && storage.type.size > 1) {
      reading_.budget.spend_bytes(elements.size());
      std::string turned(elements);
      swap_bytes(turned, storage.type);
      elements = reading_.tree.keep(std::move(turned));
    }
    const std::uint64_t count = elements.size() / storage.type.size;
    known->second = reading_.tree.add_array(storage.type, {static_cast<std::int64_t>(count)},
                                            elements.substr(0, count * storage.type.size));
    return known->second;
  }

  std::string_view bytes_;
  Reading& reading_;
  std::map<std::string, ZipMember, std::less<>> members_;
  std::unordered_map<std::string, NodeId> storages_;
  std::string_view folder_;
  std::string_view order_;
};

}  // namespace

bool is_torch_zip(const std::vector<ZipMember>& members) { return stem_of(members).has_value(); }

NodeId read_torch_zip(std::string_view bytes, const std::vector<ZipMember>& members,
                      Reading& reading) {
  if (!is_torch_zip(members)) throw FormatError("has no data.pkl", 0);
  return TorchZip(bytes, members, reading).read();
}

StorageId storage_id(const Tree& tree, NodeId id) {
  const auto refuse = [] { throw FormatError("has a storage that torch does not write", 0); };
  if (!tree.node(id).is(Kind::list)) refuse();
  const std::vector<NodeId>& parts = tree.items(id);
  if (parts.size() < 5 || tree.text(parts[0]) != "storage") refuse();
  const auto type = torch_dtype(last_part(class_of(tree, parts[1])));
  if (!type) refuse();
  StorageId storage;
  storage.type = *type;
  storage.key = tree.text(parts[2]);
  if (parts.size() < 6 || !tree.node(parts[5]).is(Kind::list)) return storage;
  const std::vector<NodeId>& view = tree.items(parts[5]);
  const auto offset = view.size() == 3 ? integer_of(tree, view[1]) : std::nullopt;
  const auto size = view.size() == 3 ? integer_of(tree, view[2]) : std::nullopt;
  if (!offset || !size || *offset < 0 || *size < 0) refuse();
  storage.offset = static_cast<std::uint64_t>(*offset);
  storage.size = static_cast<std::uint64_t>(*size);
  return storage;
}

std::optional<NodeId> torch_call(std::string_view name, const std::vector<NodeId>& arguments,
                                 Reading& reading) {
  const std::string_view function = last_part(name);
  if (function == "_rebuild_tensor" || function == "_rebuild_tensor_v2") {
    return tensor_of(arguments, std::nullopt, reading);
  }
  if (function == "_rebuild_tensor_v3" && arguments.size() >= 7) {
    const auto type = torch_dtype(last_part(class_of(reading.tree, arguments[6])));
    return type ? tensor_of(arguments, type, reading) : std::nullopt;
  }
  const bool wraps = function == "_rebuild_parameter" ||
                     function == "_rebuild_parameter_with_state" ||
                     function == "_rebuild_device_tensor_from_numpy";
  if (wraps && !arguments.empty()) return arguments.front();
  if (function == "Size" && arguments.size() == 1) return arguments.front();
  if (function.starts_with("_rebuild_from_type")) return tensor_of_class(arguments, reading);
  if (function == "_load_from_bytes") return storage_in_bytes(arguments, reading);
  return std::nullopt;
}

}  // namespace trainwreck::values
