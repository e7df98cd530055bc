#include "engine/seams/trace.h"

#include "engine/base/check.h"

namespace trainwreck {

std::string_view name_of(TraceKind kind) {
  switch (kind) {
    case TraceKind::run_begin:
      return "run_begin";
    case TraceKind::run_end:
      return "run_end";
    case TraceKind::callback:
      return "callback";
    case TraceKind::scope_begin:
      return "scope_begin";
    case TraceKind::scope_end:
      return "scope_end";
    case TraceKind::hook_begin:
      return "hook_begin";
    case TraceKind::hook_end:
      return "hook_end";
    case TraceKind::fetch_begin:
      return "fetch_begin";
    case TraceKind::fetch_end:
      return "fetch_end";
    case TraceKind::source:
      return "source";
    case TraceKind::step_begin:
      return "step_begin";
    case TraceKind::step_end:
      return "step_end";
    case TraceKind::stop_request:
      return "stop_request";
    case TraceKind::signal:
      return "signal";
    case TraceKind::fault:
      return "fault";
    case TraceKind::file:
      return "file";
    case TraceKind::checkpoint:
      return "checkpoint";
    case TraceKind::memory:
      return "memory";
    case TraceKind::policy:
      return "policy";
    case TraceKind::warning:
      return "warning";
    case TraceKind::history:
      return "history";
    case TraceKind::watchdog:
      return "watchdog";
    case TraceKind::deferred_begin:
      return "deferred_begin";
    case TraceKind::deferred_end:
      return "deferred_end";
  }
  TRAINWRECK_CHECK(false, "a trace kind without a name");
}

}  // namespace trainwreck
