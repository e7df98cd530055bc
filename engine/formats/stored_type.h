#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/formats/safetensors.h"

namespace trainwreck {

struct StoredTypeFacts {
  std::string_view name;
  std::uint64_t bits;
};

const StoredTypeFacts& facts_of(StoredType type);
std::optional<StoredType> stored_type_named(std::string_view name);

// How much room values of this type and shape need; the complaints are the reference reader's.
struct StoredSize {
  std::uint64_t bytes = 0;
  std::string_view broken_rule;  // "" when there is none
};
StoredSize stored_size(StoredType type, std::span<const std::int64_t> shape);

inline constexpr std::uint64_t kLargestHeader = 100'000'000;
inline constexpr std::string_view kMetadataKey = "__metadata__";

}  // namespace trainwreck
