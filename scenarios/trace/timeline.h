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

  bool raised() const { return end != nullptr && end->event.detail != "ok"; }
  std::string_view hook() const { return begin->event.what; }
  std::string_view who() const { return begin->event.who; }
  std::int64_t position() const { return begin->event.number; }
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
  std::string_view type;
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

  bool is(std::string_view what) const { return begin != nullptr && begin->event.what == what; }
  std::string_view status() const { return end != nullptr ? end->event.detail : ""; }
  std::string_view error() const { return end != nullptr ? end->event.what : ""; }
  // An end hook was told of a failure before any error that the trace shows.
  bool failed_unseen = false;
};

// The trace, taken apart by calls, scopes and hooks. Lives no longer than the trace.
std::vector<CallSpan> story_of(const Trace& trace);

// Whether a line came from inside of a begin hook.
bool in_begin_hook(const CallSpan& call, const TraceLine& line);

// "on_epoch_end" speaks of the scope "epoch" and is_end.
struct HookName {
  std::string_view scope;
  bool is_end = false;
};
std::optional<HookName> parse_hook(std::string_view hook);

// "epoch 1, batch 2", "epoch 1", "train".
std::string place_of(const TraceEvent& event);
std::string place_of(const ScopeSpan& scope);

}  // namespace trainwreck
