#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "faults/inject/trace.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/contract.h"
#include "scenarios/trace/trace_file.h"

namespace trainwreck::testing {

// A trace drawn by hand, line by line.
class Sketch {
 public:
  Sketch() { trace_.fields = trace_fields(); }

  Sketch& add(TraceEvent event) {
    event.what = trace_.keep(event.what);
    event.who = trace_.keep(event.who);
    event.detail = trace_.keep(event.detail);
    const auto seq = static_cast<std::int64_t>(trace_.lines.size());
    trace_.lines.push_back({.seq = seq, .run = run_, .fit = fit_, .event = event});
    return *this;
  }
  Sketch& run() { return add({.kind = TraceKind::run_begin, .what = "fit", .who = "ds"}); }
  Sketch& ends(std::string_view status = "completed", std::string_view error = "",
               std::int64_t suppressed = 0) {
    return add({.kind = TraceKind::run_end,
                .number = suppressed,
                .what = error,
                .who = "fit",
                .detail = status});
  }
  Sketch& has(std::string_view who, std::int64_t position, std::string_view hooks) {
    return add({.kind = TraceKind::callback, .number = position, .who = who, .detail = hooks});
  }
  Sketch& open(std::string_view scope, std::int64_t epoch = -1, std::int64_t batch = -1) {
    return add({.kind = TraceKind::scope_begin, .epoch = epoch, .batch = batch, .what = scope});
  }
  Sketch& close(std::string_view scope, std::int64_t epoch = -1, std::int64_t batch = -1,
                std::string_view status = "completed") {
    return add({.kind = TraceKind::scope_end,
                .epoch = epoch,
                .batch = batch,
                .what = scope,
                .detail = status});
  }
  Sketch& enter(std::string_view name, std::string_view who, std::int64_t position = 0,
                std::int64_t epoch = -1, std::string_view status = "") {
    return add({.kind = TraceKind::hook_begin,
                .epoch = epoch,
                .number = position,
                .what = name,
                .who = who,
                .detail = status});
  }
  Sketch& leave(std::string_view name, std::string_view who, std::int64_t position = 0,
                std::int64_t epoch = -1, std::string_view outcome = "ok") {
    return add({.kind = TraceKind::hook_end,
                .epoch = epoch,
                .number = position,
                .what = name,
                .who = who,
                .detail = outcome});
  }
  Sketch& hook(std::string_view name, std::string_view who, std::int64_t position = 0,
               std::int64_t epoch = -1, std::string_view outcome = "ok") {
    return enter(name, who, position, epoch).leave(name, who, position, epoch, outcome);
  }
  Sketch& ask(std::int64_t index, std::int64_t epoch = 0) {
    return add({.kind = TraceKind::fetch_begin,
                .epoch = epoch,
                .batch = index,
                .step = index,
                .number = index,
                .who = "ds"});
  }
  Sketch& got(std::int64_t index, std::string_view outcome = "ok", std::int64_t epoch = 0) {
    return add({.kind = TraceKind::fetch_end,
                .epoch = epoch,
                .batch = index,
                .step = index,
                .number = 0,
                .value = 4.0,
                .who = "ds",
                .detail = outcome});
  }
  Sketch& step(std::int64_t epoch, std::int64_t batch, std::int64_t number,
               std::string_view outcome = "committed", double loss = 0.5) {
    add({.kind = TraceKind::step_begin, .epoch = epoch, .batch = batch, .step = number});
    return add({.kind = TraceKind::step_end,
                .epoch = epoch,
                .batch = batch,
                .step = number,
                .value = loss,
                .detail = outcome});
  }
  Sketch& batch(std::int64_t epoch, std::int64_t index, std::int64_t number) {
    return open("train_batch", epoch, index)
        .step(epoch, index, number)
        .close("train_batch", epoch, index);
  }
  Sketch& source_ends(std::int64_t epoch = 0) {
    return add({.kind = TraceKind::source, .epoch = epoch, .what = "on_epoch_end", .who = "ds"});
  }
  Sketch& stop(std::string_view who, std::int64_t epoch = 0) {
    return add({.kind = TraceKind::stop_request, .epoch = epoch, .who = who});
  }
  Sketch& file(std::string_view what, std::string_view path, std::string_view detail = "ok") {
    return add({.kind = TraceKind::file, .what = what, .who = path, .detail = detail});
  }
  Sketch& checkpoint(std::string_view what, std::string_view path, std::string_view detail = "",
                     double score = 0.0) {
    return add({.kind = TraceKind::checkpoint,
                .epoch = 1,
                .batch = 0,
                .value = score,
                .what = what,
                .who = path,
                .detail = detail});
  }
  Sketch& history(std::int64_t epoch, std::string_view metric, double value) {
    return add({.kind = TraceKind::history, .epoch = epoch, .value = value, .what = metric});
  }
  Sketch& fault(std::string_view kind, std::int64_t epoch = 0, std::int64_t batch = -1) {
    return add({.kind = TraceKind::fault, .epoch = epoch, .batch = batch, .what = kind});
  }
  Sketch& policy(std::string_view choice, std::int64_t number = -1) {
    return add({.kind = TraceKind::policy, .epoch = 0, .number = number, .what = choice});
  }
  Sketch& signal(std::int64_t number) {
    return add({.kind = TraceKind::signal, .epoch = 0, .number = number});
  }
  // What is known of the latest line beside its event.
  Sketch& after_ms(std::int64_t milliseconds) {
    trace_.lines.back().time_ns = milliseconds * 1'000'000;
    return *this;
  }
  Sketch& checksum(std::int64_t checksum) {
    trace_.lines.back().checksum = checksum;
    return *this;
  }
  Sketch& digest(std::int64_t digest) {
    trace_.lines.back().digest = digest;
    return *this;
  }
  Sketch& not_finite() {
    trace_.lines.back().event.what = "not finite";
    return *this;
  }
  // Another call, of the same process or a later one.
  Sketch& next_call(std::int32_t run) {
    run_ = run;
    ++fit_;
    return *this;
  }
  const Trace& trace() const { return trace_; }

  // The messages of one clause, asked alone; or "kept", or "unknown: why".
  std::string asked(std::string_view id, const Outcome* outcome = nullptr) const {
    for (const InvariantEntry& invariant : builtin_invariants()) {
      if (invariant.id != id) continue;
      const JudgedRun subject{.trace = trace_, .outcome = outcome};
      const ContractReport report = judge_contract(subject, {&invariant, 1});
      const InvariantResult& result = report.results.begin()->second;
      if (result.keeping == Keeping::kept) return "kept";
      if (result.keeping == Keeping::unknown) return "unknown: " + result.why_unknown;
      std::string text;
      for (const Breach& breach : result.breaches) {
        text += (text.empty() ? "" : "; ") + breach.message;
      }
      return text;
    }
    return "no such clause";
  }
  // The clauses that are broken, when all are asked.
  std::string broken() const {
    std::string ids;
    for (const Breach& breach : judge_contract({.trace = trace_}, builtin_invariants()).breaches) {
      ids += (ids.empty() ? "" : " ") + breach.id;
    }
    return ids;
  }

 private:
  Trace trace_;
  std::int32_t run_ = 0;
  std::int32_t fit_ = 0;
};

}  // namespace trainwreck::testing
