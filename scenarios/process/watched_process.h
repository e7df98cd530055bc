#pragma once

#include <functional>

#include "engine/contract/source_script.h"

namespace trainwreck {

// How a process ended that was made to do something with scripts.
struct WatchedEnd {
  bool finished = false;  // the work came to its end
  int exit_code = 0;      // its result, or with what somebody called exit()
  int signal = 0;         // that killed it; 0: none did
  bool hung = false;      // no script came to its end in time, so it was killed
  SourceScript last;      // which script was being run then
};

// Does the work in a child process, so that a source that crashes or hangs takes nobody along. The
// work calls `about_to_run` with each script, at which the time begins to count anew; its result is
// the exit code.
using AboutToRun = std::function<void(const SourceScript&)>;
WatchedEnd in_watched_process(const std::function<int(const AboutToRun&)>& work, double timeout_s);

}  // namespace trainwreck
