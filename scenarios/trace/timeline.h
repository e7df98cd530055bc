#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/inject/trace.h"

namespace trainwreck {

// One call of one hook.
struct HookCall {
  const TraceLine* begin = nullptr;
  const TraceLine* end = nullptr;  // null: the trace ends inside
  bool contained = false;          // what it raised is accounted for by a policy
  traced::HookBegin said{};        // of its beginning

  std::string_view hook() const { return said.hook; }
  std::string_view who() const { return said.callback; }
  std::int64_t position() const { return said.index; }
  // What end hooks are told of how the scope ended.
  std::string_view told() const { return said.status; }
  // The type of what it raised, or "ok"; empty where it never came back.
  std::string_view error() const {
    return end != nullptr ? as<traced::HookEnd>(*end)->error : std::string_view();
  }
  bool raised() const { return end != nullptr && as<traced::HookEnd>(*end)->raised(); }
};

// One stretch of a run that the loop opened.
struct ScopeSpan {
  std::string_view kind;  // "train", "epoch", "train_batch", ...
  std::int64_t epoch = -1;
  std::int64_t batch = -1;
  const TraceLine* begin = nullptr;
  const TraceLine* end = nullptr;  // null: never closed
  std::ptrdiff_t parent = -1;
  std::vector<HookCall> begins;
  std::vector<HookCall> ends;

  // How it ended; empty where it did not.
  std::string_view status() const {
    return end != nullptr ? as<traced::ScopeEnd>(*end)->status : std::string_view();
  }
};

struct ListedCallback {
  std::string who;
  std::int64_t position = -1;
  std::vector<std::string> hooks;

  bool has(std::string_view hook) const;
};

// What the trace shows to have been raised, where, and of which type if it tells.
struct RaisedError {
  const TraceLine* line = nullptr;
  std::string_view type{};
  std::string_view hook{};  // in which, if it was in one
  std::string_view who{};   // the callback or source; empty for a step or a signal
  bool in_end_hook = false;
};

// One call of fit, evaluate or predict, or a loop of the user's own (no begin and no end). Its
// lines are those that belong to no call inside it.
struct CallSpan {
  const TraceLine* begin = nullptr;
  const TraceLine* end = nullptr;  // null: killed inside
  std::ptrdiff_t parent = -1;
  std::vector<const TraceLine*> lines;
  std::vector<ScopeSpan> scopes;  // in the order of their beginnings
  std::vector<HookCall> strays;   // outside of the scope they speak of
  std::vector<HookCall> exceptions;
  std::vector<const TraceLine*> misnested;  // scope_end lines that close nothing that is open
  std::vector<ListedCallback> callbacks;
  std::vector<RaisedError> errors;  // contained ones are not here

  bool is(traced::Call call) const {
    return begin != nullptr && as<traced::RunBegin>(*begin)->call == call;
  }
  std::string_view status() const { return last_words().status; }
  std::string_view error() const { return last_words().error; }
  // How many errors are told of beside the first.
  std::int64_t suppressed() const { return last_words().suppressed; }
  // An end hook was told of a failure before any error that the trace shows.
  bool failed_unseen = false;

 private:
  traced::RunEnd last_words() const {
    return end != nullptr ? *as<traced::RunEnd>(*end) : traced::RunEnd{};
  }
};

// The trace, taken apart by calls, scopes and hooks. Lives no longer than the trace.
std::vector<CallSpan> story_of(const Trace& trace);

// "on_epoch_end" speaks of the scope "epoch" and is_end.
struct HookName {
  std::string_view scope;
  bool is_end = false;
};
std::optional<HookName> parse_hook(std::string_view hook);

// "epoch 1, batch 2", "epoch 1", "train".
std::string place_of(const TraceLine& line);
std::string place_of(const ScopeSpan& scope);

}  // namespace trainwreck
