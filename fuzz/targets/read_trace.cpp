#include "engine/base/check.h"
#include "fuzz/targets.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/contract.h"
#include "scenarios/trace/trace_file.h"
#include "trainwreck/cli.h"

namespace trainwreck::fuzz {

FuzzTarget read_trace() {
  return {"read_trace", "A trace that any engine wrote, judged; what was read can be written.",
          [](std::string_view bytes) {
            static const Vocabulary vocabulary = builtin_vocabulary();
            Diagnostics mistakes;
            const Trace trace = trainwreck::read_trace(bytes, mistakes);
            judge_contract({.trace = trace}, vocabulary.invariants);
            if (!mistakes.empty()) return;
            Diagnostics none;
            const Trace again = trainwreck::read_trace(write_trace(trace), none);
            TRAINWRECK_CHECK(again.lines.size() == trace.lines.size(),
                             "a written trace reads back");
          }};
}

}  // namespace trainwreck::fuzz
