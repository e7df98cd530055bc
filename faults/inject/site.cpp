#include "faults/inject/site.h"

#include <array>

#include "engine/base/check.h"

namespace trainwreck {
namespace {

constexpr std::string_view kHookHelp = "a callback's hook";

constexpr SiteInfo hook(Site site, std::string_view name) {
  return {site, name, "callback", "callback", kHookHelp};
}
constexpr SiteInfo file(Site site, std::string_view name, std::string_view help) {
  return {site, name, "file_system", "path", help};
}

constexpr std::array<SiteInfo, kSites> kTable{{
    hook(Site::hook_train_begin, "hook.on_train_begin"),
    hook(Site::hook_train_end, "hook.on_train_end"),
    hook(Site::hook_epoch_begin, "hook.on_epoch_begin"),
    hook(Site::hook_epoch_end, "hook.on_epoch_end"),
    hook(Site::hook_train_batch_begin, "hook.on_train_batch_begin"),
    hook(Site::hook_train_batch_end, "hook.on_train_batch_end"),
    hook(Site::hook_test_begin, "hook.on_test_begin"),
    hook(Site::hook_test_end, "hook.on_test_end"),
    hook(Site::hook_test_batch_begin, "hook.on_test_batch_begin"),
    hook(Site::hook_test_batch_end, "hook.on_test_batch_end"),
    hook(Site::hook_predict_begin, "hook.on_predict_begin"),
    hook(Site::hook_predict_end, "hook.on_predict_end"),
    hook(Site::hook_predict_batch_begin, "hook.on_predict_batch_begin"),
    hook(Site::hook_predict_batch_end, "hook.on_predict_batch_end"),
    hook(Site::hook_exception, "hook.on_exception"),
    {Site::source_length, "source.length", "data", "source", "asking for the number of batches"},
    {Site::source_start_pass, "source.start_pass", "data", "source", "beginning a pass"},
    {Site::source_fetch, "source.fetch", "data", "source", "getting a batch"},
    {Site::source_epoch_begin, "source.on_epoch_begin", "data", "source", "the source's own hook"},
    {Site::source_epoch_end, "source.on_epoch_end", "data", "source", "the source's own hook"},
    {Site::step_forward, "step.forward", "compute", "layer", "a layer's forward pass in training"},
    {Site::step_loss, "step.loss", "compute", "loss", "the loss and its gradient"},
    {Site::step_backward, "step.backward", "compute", "layer", "a layer's backward pass"},
    {Site::step_apply, "step.apply", "compute", "optimizer", "the change of the weights"},
    {Site::memory_reserve, "memory.reserve", "memory", "purpose", "asking for memory"},
    file(Site::file_create, "file.create", "making or truncating a file"),
    file(Site::file_open_append, "file.open_append", "opening a file at its end"),
    file(Site::file_append, "file.append", "writing"),
    file(Site::file_sync, "file.sync", "making a file's bytes durable"),
    file(Site::file_close, "file.close", "closing"),
    file(Site::file_read, "file.read", "reading a whole file"),
    file(Site::file_rename, "file.rename", "replacing one name by another"),
    file(Site::file_remove, "file.remove", "removing a file or directory"),
    file(Site::file_make_directory, "file.make_directory", "making a directory"),
    file(Site::file_list, "file.list", "listing a directory"),
    file(Site::file_sync_directory, "file.sync_directory", "making a directory's names durable"),
    file(Site::file_free_space, "file.free_space", "asking how much room is left"),
    {Site::clock_now, "clock.now", "clock", "", "reading the clock"},
    {Site::executor_spawn, "executor.spawn", "executor", "task", "starting a task"},
    {Site::executor_wait, "executor.wait", "executor", "", "waiting for others"},
    {Site::executor_sleep, "executor.sleep", "executor", "", "sleeping"},
    {Site::executor_join, "executor.join", "executor", "task", "waiting for a task's end"},
    {Site::signals_poll, "signals.poll", "signals", "", "asking for signals"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kSites; ++i) {
    if (kTable[i].site != static_cast<Site>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "the table follows the enum");

}  // namespace

std::span<const SiteInfo> sites() { return kTable; }

std::string_view name_of(Site site) { return kTable[static_cast<std::size_t>(site)].name; }

std::optional<Site> site_named(std::string_view name) {
  for (const SiteInfo& info : kTable) {
    if (info.name == name) return info.site;
  }
  return std::nullopt;
}

}  // namespace trainwreck
