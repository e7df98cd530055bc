#include "scenarios/suite/sharding.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace trainwreck {
namespace {

const char* either(const std::string& name) {
  const char* value = std::getenv(("GTEST_" + name).c_str());
  return value != nullptr ? value : std::getenv(("TEST_" + name).c_str());
}

std::optional<std::size_t> number(const char* text) {
  const std::string_view all(text);
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), value);
  if (error != std::errc() || end != all.data() + all.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Shard> shard_from_environment(std::string& complaint) {
  if (const char* status = either("SHARD_STATUS_FILE")) std::ofstream(status, std::ios::trunc);
  const char* total_text = either("TOTAL_SHARDS");
  const char* index_text = either("SHARD_INDEX");
  if (total_text == nullptr && index_text == nullptr) return Shard{};
  if (total_text == nullptr || index_text == nullptr) {
    complaint = "TOTAL_SHARDS and SHARD_INDEX must be set together";
    return std::nullopt;
  }
  const auto total = number(total_text);
  const auto index = number(index_text);
  if (total && *total <= 1) return Shard{};
  if (total && index && *index < *total) return Shard{.index = *index, .total = *total};
  complaint = fmt::format("shard {} of {} does not exist", index_text, total_text);
  return std::nullopt;
}

}  // namespace trainwreck
