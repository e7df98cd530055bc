#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "scenarios/values/reading.h"
#include "scenarios/values/zip.h"

namespace trainwreck::values {

// Whether these are the members of an archive that torch.save() or torch.jit.save() wrote.
bool is_torch_zip(const std::vector<ZipMember>& members);
// The value that was saved. The name of the archive's own folder, the places and devices of
// storages and whether they are shared make no difference: a tensor is its elements in order.
NodeId read_torch_zip(std::string_view bytes, const std::vector<ZipMember>& members,
                      Reading& reading);

// What torch.save() wrote before 1.6, and still writes for storages within other pickles.
bool is_legacy_torch(std::string_view bytes);
NodeId read_legacy_torch(std::string_view bytes, Reading& reading);

// The tensor or parameter that a function of torch makes, as known_call().
std::optional<NodeId> torch_call(std::string_view name, const std::vector<NodeId>& arguments,
                                 Reading& reading);

// What a persistent id of torch says: ("storage", class, key, device, size, view).
struct StorageId {
  DType type;
  std::string_view key;
  std::uint64_t offset = 0;           // in elements, of a view of a storage
  std::optional<std::uint64_t> size;  // of a view
};
StorageId storage_id(const Tree& tree, NodeId id);

}  // namespace trainwreck::values
