#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/loop/hook.h"

namespace trainwreck {

// One operation of a seam: where a fault can strike. The hooks come first, in the order of Hook.
enum class Site : std::uint8_t {
  hook_train_begin,
  hook_train_end,
  hook_epoch_begin,
  hook_epoch_end,
  hook_train_batch_begin,
  hook_train_batch_end,
  hook_test_begin,
  hook_test_end,
  hook_test_batch_begin,
  hook_test_batch_end,
  hook_predict_begin,
  hook_predict_end,
  hook_predict_batch_begin,
  hook_predict_batch_end,
  hook_exception,
  source_length,
  source_start_pass,
  source_fetch,
  source_epoch_begin,
  source_epoch_end,
  step_forward,
  step_loss,
  step_backward,
  step_apply,
  memory_reserve,
  file_create,
  file_open_append,
  file_append,
  file_sync,
  file_close,
  file_read,
  file_rename,
  file_remove,
  file_make_directory,
  file_list,
  file_sync_directory,
  file_free_space,
  clock_now,
  executor_spawn,
  executor_wait,
  executor_sleep,
  executor_join,
  signals_poll
};
inline constexpr std::size_t kSites = 43;

struct SiteInfo {
  Site site;
  std::string_view name;  // "step.forward", "hook.on_epoch_end"
  std::string_view seam;  // "compute"
  std::string_view
      detail;  // what [..] in an address names there: "layer", "callback", "path"; "" if nothing
  std::string_view help;
};
std::span<const SiteInfo> sites();  // in the order of the enum
std::string_view name_of(Site site);
std::optional<Site> site_named(std::string_view name);
constexpr Site site_of(Hook hook) { return static_cast<Site>(hook); }

}  // namespace trainwreck
