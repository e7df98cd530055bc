#pragma once

#include "engine/seams/seams.h"
#include "engine/seams/traced.h"

namespace trainwreck {

// Says what happens to whoever listens; where nobody does, each function returns at once. One
// function for each kind of line:
//
//   session.seams().tracer().signal({.number = 15, .epoch = 1});
//
// Not owned: the sink outlives it.
class Tracer {
 public:
  explicit Tracer(TraceSink* sink) : sink_(sink) {}

  // For whoever would have to work for what it says.
  explicit operator bool() const { return sink_ != nullptr; }

  void run_begin(const traced::RunBegin& what) const { tell(what); }
  void run_end(const traced::RunEnd& what) const { tell(what); }
  void callback(const traced::Listed& what) const { tell(what); }
  void scope_begin(const traced::ScopeBegin& what) const { tell(what); }
  void scope_end(const traced::ScopeEnd& what) const { tell(what); }
  void hook_begin(const traced::HookBegin& what) const { tell(what); }
  void hook_end(const traced::HookEnd& what) const { tell(what); }
  template <class Deferred>
  void deferred(const Deferred& what) const {
    tell(what);
  }
  void fetch_begin(const traced::FetchBegin& what) const { tell(what); }
  void fetch_end(const traced::FetchEnd& what) const { tell(what); }
  void source(const traced::Source& what) const { tell(what); }
  void step_begin(const traced::StepBegin& what) const { tell(what); }
  void step_end(const traced::StepEnd& what) const { tell(what); }
  void stop_request(const traced::StopRequest& what) const { tell(what); }
  void signal(const traced::Signal& what) const { tell(what); }
  void fault(const traced::Fault& what) const { tell(what); }
  void file(const traced::File& what) const { tell(what); }
  void save(const traced::Save& what) const { tell(what); }
  void memory(const traced::Memory& what) const { tell(what); }
  void policy(const traced::Policy& what) const { tell(what); }
  void warning(const traced::Warning& what) const { tell(what); }
  void history(const traced::History& what) const { tell(what); }

 private:
  template <class What>
  void tell(const What& what) const {
    if (sink_ != nullptr) [[unlikely]]
      sink_->record(traced::wire_of(what));
  }

  TraceSink* sink_;
};

inline Tracer Seams::tracer() const { return Tracer(trace); }

}  // namespace trainwreck
