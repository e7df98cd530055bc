#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "scenarios/trace/timeline.h"
#include "scenarios/trace/trace_file.h"
#include "trainwreck/invariant.h"

namespace trainwreck {

struct ContractReport {
  std::map<std::string, InvariantResult, std::less<>> results;  // by id
  std::vector<Breach> breaches;                                 // all, in trace order
  std::vector<std::string> unfinished;  // of each call without a run_end: where, and why
};

// What is known beside the trace of how its processes ended.
struct KnownEnds {
  bool must_end = false;                         // none was killed
  std::map<std::int32_t, TracedEnding> watched;  // by `run`
};

// Asks every invariant. A breach blames the last of its lines; a line that several invariants blame
// is left to the most specific one. A call in mid-air breaks the clauses about ends where it was
// left by an error, and leaves them unknown where it may have been killed.
ContractReport judge_contract(JudgedRun subject, std::span<const InvariantEntry> invariants,
                              const KnownEnds& known = {});

// For the entries of scenarios/invariants: what they answer with.
class Breaches {
 public:
  // `lines`: what shows it; the last one is to blame. Null pointers are left out.
  void add(std::string message, std::initializer_list<const TraceLine*> lines);
  // For a trace in which nothing is broken, but not everything can be told.
  void doubt(std::string why);
  // Broken where there is a breach, else unknown where there is a doubt, else kept.
  InvariantResult result() &&;

 private:
  InvariantResult result_;
};
InvariantResult undecided(std::string why);
// Lets `look` find the breaches in each call of the trace.
InvariantResult in_each_call(const JudgedRun& subject,
                             void (*look)(const CallSpan& call, Breaches& breaches));

// "on_epoch_end of csv_logger".
std::string text_of(const HookCall& hook);

}  // namespace trainwreck
