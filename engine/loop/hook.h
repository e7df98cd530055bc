#pragma once

#include <cstdint>
#include <string_view>

namespace trainwreck {

enum class Hook : std::uint8_t {
  train_begin,
  train_end,
  epoch_begin,
  epoch_end,
  train_batch_begin,
  train_batch_end,
  test_begin,
  test_end,
  test_batch_begin,
  test_batch_end,
  predict_begin,
  predict_end,
  predict_batch_begin,
  predict_batch_end,
  exception
};
inline constexpr std::size_t kHooks = 15;
// Keras's own: "on_train_batch_end".
std::string_view name_of(Hook hook);
// What a begin or end hook announces or closes: "train_batch".
std::string_view scope_of(Hook hook);
constexpr bool is_batch_hook(Hook hook) {
  return hook == Hook::train_batch_begin || hook == Hook::train_batch_end ||
         hook == Hook::test_batch_begin || hook == Hook::test_batch_end ||
         hook == Hook::predict_batch_begin || hook == Hook::predict_batch_end;
}

constexpr bool is_end_hook(Hook hook) {
  return hook == Hook::train_end || hook == Hook::epoch_end || hook == Hook::train_batch_end ||
         hook == Hook::test_end || hook == Hook::test_batch_end || hook == Hook::predict_end ||
         hook == Hook::predict_batch_end;
}

// Which hooks a callback overrides.
using HookMask = std::uint32_t;
inline constexpr HookMask kAllHooks = (1U << kHooks) - 1;
constexpr HookMask mask_of(Hook hook) { return 1U << static_cast<unsigned>(hook); }

}  // namespace trainwreck
