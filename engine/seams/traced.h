#pragma once

#include <cstdint>
#include <string_view>

#include "engine/seams/trace.h"
#include "engine/seams/trace_words.h"

namespace trainwreck {

// What each kind of line says: a Tracer writes these, as<> reads them. Absent numbers are -1. Texts
// are valid during the call for whoever hears an event, and as long as the trace that a line is of.
namespace traced {

struct RunBegin {
  static constexpr TraceKind kKind = TraceKind::run_begin;
  Word<Call> call{};
  std::string_view source{};
  std::int64_t seed = -1;
};
struct RunEnd {
  static constexpr TraceKind kKind = TraceKind::run_end;
  std::string_view call{};
  std::string_view status{};
  std::string_view error{};  // the type of the first one
  std::int64_t suppressed = -1;
  std::int64_t steps = -1;  // committed ones
};
struct Listed {
  static constexpr TraceKind kKind = TraceKind::callback;
  std::string_view callback{};
  std::int64_t index = -1;
  std::string_view hooks{};  // those that it has, with spaces between
};
// `item` and `rows`: of a batch that the caller brought, here and at steps.
struct ScopeBegin {
  static constexpr TraceKind kKind = TraceKind::scope_begin;
  std::string_view scope{};
  std::int64_t epoch = -1, batch = -1, step = -1;
  std::int64_t item = -1;
  double rows = 0.0;
};
struct ScopeEnd {
  static constexpr TraceKind kKind = TraceKind::scope_end;
  std::string_view scope{};
  std::string_view status{};
  std::int64_t epoch = -1, batch = -1, step = -1;
  std::int64_t item = -1;
  double rows = 0.0;
};
struct HookBegin {
  static constexpr TraceKind kKind = TraceKind::hook_begin;
  std::string_view hook{};
  std::string_view callback{};
  std::int64_t index = -1;
  std::string_view status{};  // of the scope, for end hooks
  std::int64_t epoch = -1, batch = -1;
};
struct HookEnd {
  static constexpr TraceKind kKind = TraceKind::hook_end;
  std::string_view hook{};
  std::string_view callback{};
  std::int64_t index = -1;
  std::string_view error = "ok";  // or the type of what it raised
  std::int64_t epoch = -1, batch = -1;

  bool raised() const { return error != "ok"; }
};
// What a callback put off until all others had the hook.
struct DeferredBegin {
  static constexpr TraceKind kKind = TraceKind::deferred_begin;
  std::string_view hook{};
  std::string_view callback{};
  std::int64_t epoch = -1;
};
struct DeferredEnd {
  static constexpr TraceKind kKind = TraceKind::deferred_end;
  std::string_view hook{};
  std::string_view callback{};
  std::int64_t epoch = -1;
};
struct FetchBegin {
  static constexpr TraceKind kKind = TraceKind::fetch_begin;
  std::string_view source{};
  std::int64_t position = -1;
  std::int64_t item = -1;  // which batch is asked for, after any shuffling
  std::int64_t epoch = -1, batch = -1;
};
struct FetchEnd {
  static constexpr TraceKind kKind = TraceKind::fetch_end;
  std::string_view source{};
  Word<Fetching> outcome{};
  std::int64_t epoch = -1;  // of a batch that came: the source's own
  std::int64_t batch = -1;
  std::int64_t item = -1;           // its index in the source
  std::int64_t source_number = -1;  // 0 unless sources are joined
  double rows = 0.0;
  std::string_view samples{};  // "0-3,7"; added by whoever records
};
// What a source is told.
struct Source {
  static constexpr TraceKind kKind = TraceKind::source;
  std::string_view told{};
  std::string_view source{};
  std::int64_t epoch = -1;
};
struct StepBegin {
  static constexpr TraceKind kKind = TraceKind::step_begin;
  std::int64_t epoch = -1, batch = -1, step = -1;
  std::int64_t item = -1;
  double rows = 0.0;
  bool weights_finite = true;  // told by whoever records
};
struct StepEnd {
  static constexpr TraceKind kKind = TraceKind::step_end;
  std::int64_t epoch = -1, batch = -1, step = -1;
  std::int64_t item = -1;
  double loss = 0.0;
  Word<Stepping> outcome{};
  bool weights_finite = true;
};
struct StopRequest {
  static constexpr TraceKind kKind = TraceKind::stop_request;
  std::string_view callback{};
  std::string_view reason{};
  std::int64_t epoch = -1, batch = -1;
};
struct Signal {
  static constexpr TraceKind kKind = TraceKind::signal;
  std::int64_t number = -1;
  std::int64_t epoch = -1, batch = -1;
};
struct Fault {
  static constexpr TraceKind kKind = TraceKind::fault;
  std::string_view kind{};
  std::string_view address{};
  std::string_view detail{};  // of the address, by itself
  std::int64_t nth = -1;
  std::int64_t epoch = -1, batch = -1;
};
struct File {
  static constexpr TraceKind kKind = TraceKind::file;
  std::string_view operation{};
  std::string_view path{};
  std::string_view outcome{};  // "ok", the new name of a rename, or the error
  std::int64_t error = -1;     // the errno, 0 where it worked; -1 where nobody says
  std::int64_t bytes = -1;
  double offset = 0.0;
  std::int64_t epoch = -1, batch = -1;
};
// `epoch`, `batch` and `step` are the position that the file holds.
struct Save {
  static constexpr TraceKind kKind = TraceKind::checkpoint;
  Word<Saving> action{};
  std::string_view path{};
  std::string_view note{};  // the tag, or the error
  std::int64_t bytes = -1;
  double score = 0.0;
  std::int64_t epoch = -1, batch = -1, step = -1;
};
struct Memory {
  static constexpr TraceKind kKind = TraceKind::memory;
  Word<Reserving> action{};
  std::string_view purpose{};
  std::int64_t bytes = -1;
  std::int64_t epoch = -1, batch = -1;
};
struct Policy {
  static constexpr TraceKind kKind = TraceKind::policy;
  Word<Choosing> choice{};
  std::string_view who{};  // the source or callback that it is about
  std::string_view reason{};
  std::int64_t number = -1;  // batches that were due; the epoch to which a stop is delayed
  std::int64_t came = -1;    // batches that came instead
  std::int64_t epoch = -1, batch = -1;
};
struct Warning {
  static constexpr TraceKind kKind = TraceKind::warning;
  std::string_view id{};
  std::string_view callback{};
  std::string_view text{};
  std::int64_t epoch = -1, batch = -1;
};
// One figure of an epoch's record; without a metric the record is empty.
struct History {
  static constexpr TraceKind kKind = TraceKind::history;
  std::int64_t epoch = -1;
  std::string_view metric{};
  double value = 0.0;
};
struct Watchdog {
  static constexpr TraceKind kKind = TraceKind::watchdog;
};

}  // namespace traced
}  // namespace trainwreck
