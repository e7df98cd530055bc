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

  template <class What>
  Sketch& add(const What& what) {
    TraceEvent event = traced::wire_of(what);
    event.what = trace_.keep(event.what);
    event.who = trace_.keep(event.who);
    event.detail = trace_.keep(event.detail);
    const auto seq = static_cast<std::int64_t>(trace_.lines.size());
    trace_.lines.push_back({.seq = seq, .run = run_, .fit = fit_, .event = event});
    return *this;
  }
  Sketch& run() { return add(traced::RunBegin{.call = traced::Call::fit, .source = "ds"}); }
  Sketch& ends(std::string_view status = "completed", std::string_view error = "",
               std::int64_t suppressed = 0) {
    return add(
        traced::RunEnd{.call = "fit", .status = status, .error = error, .suppressed = suppressed});
  }
  Sketch& has(std::string_view who, std::int64_t position, std::string_view hooks) {
    return add(traced::Listed{.callback = who, .index = position, .hooks = hooks});
  }
  Sketch& open(std::string_view scope, std::int64_t epoch = -1, std::int64_t batch = -1) {
    return add(traced::ScopeBegin{.scope = scope, .epoch = epoch, .batch = batch});
  }
  Sketch& close(std::string_view scope, std::int64_t epoch = -1, std::int64_t batch = -1,
                std::string_view status = "completed") {
    return add(traced::ScopeEnd{.scope = scope, .status = status, .epoch = epoch, .batch = batch});
  }
  Sketch& enter(std::string_view name, std::string_view who, std::int64_t position = 0,
                std::int64_t epoch = -1, std::string_view status = "") {
    return add(traced::HookBegin{
        .hook = name, .callback = who, .index = position, .status = status, .epoch = epoch});
  }
  Sketch& leave(std::string_view name, std::string_view who, std::int64_t position = 0,
                std::int64_t epoch = -1, std::string_view outcome = "ok") {
    return add(traced::HookEnd{
        .hook = name, .callback = who, .index = position, .error = outcome, .epoch = epoch});
  }
  Sketch& hook(std::string_view name, std::string_view who, std::int64_t position = 0,
               std::int64_t epoch = -1, std::string_view outcome = "ok") {
    return enter(name, who, position, epoch).leave(name, who, position, epoch, outcome);
  }
  Sketch& ask(std::int64_t index, std::int64_t epoch = 0) {
    return add(traced::FetchBegin{
        .source = "ds", .position = index, .item = index, .epoch = epoch, .batch = index});
  }
  Sketch& got(std::int64_t index, std::string_view outcome = "ok", std::int64_t epoch = 0) {
    return add(traced::FetchEnd{.source = "ds",
                                .outcome = Word<traced::Fetching>(outcome),
                                .epoch = epoch,
                                .batch = index,
                                .item = index,
                                .source_number = 0,
                                .rows = 4.0});
  }
  Sketch& step(std::int64_t epoch, std::int64_t batch, std::int64_t number,
               std::string_view outcome = "committed", double loss = 0.5) {
    add(traced::StepBegin{.epoch = epoch, .batch = batch, .step = number});
    return add(traced::StepEnd{.epoch = epoch,
                               .batch = batch,
                               .step = number,
                               .loss = loss,
                               .outcome = Word<traced::Stepping>(outcome)});
  }
  Sketch& batch(std::int64_t epoch, std::int64_t index, std::int64_t number) {
    return open("train_batch", epoch, index)
        .step(epoch, index, number)
        .close("train_batch", epoch, index);
  }
  Sketch& source_ends(std::int64_t epoch = 0) {
    return add(traced::Source{.told = "on_epoch_end", .source = "ds", .epoch = epoch});
  }
  Sketch& stop(std::string_view who, std::int64_t epoch = 0) {
    return add(traced::StopRequest{.callback = who, .epoch = epoch});
  }
  Sketch& file(std::string_view what, std::string_view path, std::string_view outcome = "ok") {
    return add(traced::File{.operation = what, .path = path, .outcome = outcome});
  }
  Sketch& checkpoint(std::string_view what, std::string_view path, std::string_view note = "",
                     double score = 0.0) {
    return add(traced::Save{.action = Word<traced::Saving>(what),
                            .path = path,
                            .note = note,
                            .score = score,
                            .epoch = 1,
                            .batch = 0});
  }
  Sketch& history(std::int64_t epoch, std::string_view metric, double value) {
    return add(traced::History{.epoch = epoch, .metric = metric, .value = value});
  }
  Sketch& fault(std::string_view kind, std::int64_t epoch = 0, std::int64_t batch = -1) {
    return add(traced::Fault{.kind = kind, .epoch = epoch, .batch = batch});
  }
  Sketch& policy(traced::Choosing choice, std::int64_t number = -1) {
    return add(traced::Policy{.choice = choice, .number = number, .epoch = 0});
  }
  Sketch& signal(std::int64_t number) { return add(traced::Signal{.number = number, .epoch = 0}); }
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
