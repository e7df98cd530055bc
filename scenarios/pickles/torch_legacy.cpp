#include <map>
#include <string>
#include <utility>

#include "scenarios/pickles/pickle.h"
#include "scenarios/pickles/torch.h"

namespace trainwreck::values {
namespace {

// A pickle of the number that torch begins its files with.
constexpr std::string_view kLegacyMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.",
                                        15);

// The elements stand behind the pickle that uses them, and their sizes depend on types that only
// the pickle tells. So it is read twice, first for the types alone.
using StorageTypes = std::map<std::string, DType, std::less<>>;
using StorageBytes = std::map<std::string, std::string_view, std::less<>>;

StorageTypes types_in(std::string_view bytes, std::size_t& at, Reading& reading) {
  StorageTypes types;
  Tree passing(reading.limits.nodes);
  Reading first{passing, reading.budget, reading.limits, reading.archives};
  read_pickle(bytes, at, first, [&](NodeId id) {
    const StorageId storage = storage_id(passing, id);
    types.emplace(storage.key, storage.type);
    return passing.add_null();
  });
  return types;
}

StorageBytes storages_in(std::string_view bytes, std::size_t at, const StorageTypes& types,
                         Reading& reading) {
  StorageBytes storages;
  const NodeId keys = read_pickle(bytes, at, reading);
  if (!reading.tree.node(keys).is(Kind::list)) refuse_bytes("has no list of its storages", at);
  Bytes in(bytes, at);
  for (const NodeId key : reading.tree.items(keys)) {
    const auto type = types.find(reading.tree.text(key));
    if (type == types.end()) refuse_bytes("has a storage that nobody uses", in.at());
    const std::uint64_t count = in.number(8);
    if (count > bytes.size()) refuse_bytes("has a storage bigger than itself", in.at());
    storages[type->first] = in.take(count * type->second.size);
  }
  if (in.left() > 0) refuse_bytes("goes on behind its last storage", in.at());
  return storages;
}

NodeId legacy_storage(const StorageBytes& storages, NodeId id, Tree& tree) {
  const StorageId storage = storage_id(tree, id);
  const auto found = storages.find(storage.key);
  if (found == storages.end()) throw FormatError("lacks one of its storages", 0);
  std::string_view elements = found->second;
  if (storage.size) {
    const std::uint64_t all = elements.size() / storage.type.size;
    if (storage.offset > all || *storage.size > all - storage.offset) {
      throw FormatError("has a view that reaches outside of its storage", 0);
    }
    elements =
        elements.substr(storage.offset * storage.type.size, *storage.size * storage.type.size);
  }
  const std::uint64_t count = elements.size() / storage.type.size;
  return tree.add_array(storage.type, {static_cast<std::int64_t>(count)}, elements);
}

}  // namespace

bool is_legacy_torch(std::string_view bytes) { return bytes.starts_with(kLegacyMagic); }

NodeId read_legacy_torch(std::string_view bytes, Reading& reading) {
  std::size_t at = kLegacyMagic.size();
  read_pickle(bytes, at, reading);  // the version of the format
  const NodeId system = read_pickle(bytes, at, reading);
  const Node* little = reading.tree.find(system, "little_endian");
  if (little != nullptr && little->is(Kind::flag) && !little->flag()) {
    refuse_bytes("has its numbers' big ends first", at);
  }
  const std::size_t value = at;
  const StorageTypes types = types_in(bytes, at, reading);
  const StorageBytes storages = storages_in(bytes, at, types, reading);
  std::size_t again = value;
  return read_pickle(bytes, again, reading,
                     [&](NodeId id) { return legacy_storage(storages, id, reading.tree); });
}

}  // namespace trainwreck::values
