#include "scenarios/trace/trace_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/json_node.h"
#include "engine/base/text.h"
#include "engine/loop/hook.h"

namespace trainwreck {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 7> kScopes{"train",      "epoch",   "train_batch",  "test",
                                                  "test_batch", "predict", "predict_batch"};
constexpr std::array<std::string_view, 5> kEnds{"completed", "stopped", "exhausted", "failed",
                                                "interrupted"};
constexpr std::array<std::string_view, 3> kCalls{"fit", "evaluate", "predict"};
constexpr std::array<std::string_view, 3> kFetches{"ok", "exhausted", "raised"};
constexpr std::array<std::string_view, 9> kSourceEvents{
    "on_epoch_begin", "on_epoch_end", "begin",  "item",     "epoch_begin",
    "epoch_end",      "end",          "raised", "exhausted"};
constexpr std::array<std::string_view, 6> kSaveEvents{"begin",  "publish", "fail",
                                                      "delete", "load",    "resume"};
constexpr std::array<std::string_view, 3> kMemoryEvents{"reserve", "release", "refused"};
constexpr std::array<std::string_view, 13> kFileEvents{
    "create", "open_append",    "append",         "sync",       "close", "rename", "remove",
    "read",   "sync_directory", "make_directory", "free_space", "list",  "exists"};

const std::vector<std::string_view>& hook_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (std::size_t hook = 0; hook < kHooks; ++hook) {
      all.push_back(name_of(static_cast<Hook>(hook)));
    }
    return all;
  }();
  return names;
}

std::string unless_known(std::string_view what, std::string_view name, Names known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return {};
  const std::string_view near = closest(name, known);
  const std::string way_out =
      near.empty() ? "there is " + joined(known) : fmt::format("did you mean \"{}\"?", near);
  return fmt::format("unknown {} {}; {}", what, json_text(name), way_out);
}

// Whoever says nothing of how it ended, or is not asked, says nothing wrong.
std::string unless_absent(std::string_view what, std::string_view name, Names known) {
  return name.empty() ? std::string() : unless_known(what, name, known);
}

std::string misnamed_in_list(std::string_view hooks) {
  while (!hooks.empty()) {
    const std::size_t end = std::min(hooks.find(' '), hooks.size());
    std::string mistake = unless_absent("hook", hooks.substr(0, end), hook_names());
    if (!mistake.empty()) return mistake;
    hooks.remove_prefix(std::min(end + 1, hooks.size()));
  }
  return {};
}

std::string first_of(std::string one, std::string other) { return one.empty() ? other : one; }

}  // namespace

std::string misnamed(const TraceEvent& event) {
  switch (event.kind) {
    case TraceKind::run_begin:
      return unless_absent("call", event.what, kCalls);
    case TraceKind::run_end:
      return unless_absent("status", event.detail, kEnds);
    case TraceKind::callback:
      return misnamed_in_list(event.detail);
    case TraceKind::scope_begin:
    case TraceKind::scope_end:
      return first_of(unless_known("scope", event.what, kScopes),
                      unless_absent("status", event.detail, kEnds));
    case TraceKind::hook_begin:
      return first_of(unless_known("hook", event.what, hook_names()),
                      unless_absent("status", event.detail, kEnds));
    case TraceKind::hook_end:
    case TraceKind::deferred_begin:
    case TraceKind::deferred_end:
      return unless_known("hook", event.what, hook_names());
    case TraceKind::fetch_end:
      return unless_absent("status", event.detail, kFetches);
    case TraceKind::source:
      return unless_known("event source_", event.what, kSourceEvents);
    case TraceKind::file:
      return unless_known("event file_", event.what, kFileEvents);
    case TraceKind::checkpoint:
      return unless_known("event ckpt_", event.what, kSaveEvents);
    case TraceKind::memory:
      return unless_known("event memory_", event.what, kMemoryEvents);
    default:
      return {};
  }
}

}  // namespace trainwreck
