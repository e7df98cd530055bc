#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "faults/inject/trace.h"
#include "trainwreck/assertion.h"

namespace trainwreck {

// What an invariant needs to be decided.
enum class InvariantKind : std::uint8_t {
  trace,   // a predicate over one trace
  disk,    // also reads what was left
  runs,    // compares two runs
  process  // exit status, descriptors, threads
};
enum class Keeping : std::uint8_t { kept, broken, unknown };

struct Breach {
  std::string id;
  std::string message;              // what happened, with epoch, batch and callback
  std::vector<std::int64_t> lines;  // the offending events (seq)
};

struct InvariantResult {
  Keeping keeping = Keeping::kept;
  std::string why_unknown;
  std::vector<Breach> breaches;
};

struct CallSpan;

// What an invariant may look at. A judged file has a trace alone.
struct JudgedRun {
  const Trace& trace;
  const Outcome* outcome = nullptr;
  const Policy* policy = nullptr;  // the choices that the run declared; null: CONTRACT's defaults
  std::span<const CallSpan> calls{};  // of the trace; filled by judge_contract
};

// One clause of CONTRACT.md. Its texts and its function live as long as the program. `check` may be
// called from any thread, keeps nothing, and says "unknown" wherever the trace does not show
// enough.
struct Invariant {
  std::string_view id;  // "N4"
  InvariantKind kind{};
  std::string_view meaning;  // one line
  // What the engine must be able to tell ("hooks", "steps", "files", ...); else the answer is
  // unknown.
  std::vector<std::string_view> fields;
  EvidenceRequest needs;
  InvariantResult (*check)(const JudgedRun& subject);
};

using InvariantEntry = Invariant;
std::span<const InvariantEntry> builtin_invariants();

}  // namespace trainwreck
