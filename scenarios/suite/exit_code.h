#pragma once

namespace trainwreck {

// What the program ends with. (What a training process should end with is another table: see
// engine/trainer/exit_code.h.)
enum ExitCode : int { kAllHeld = 0, kExpectationFailed = 1, kUsageError = 2, kHarnessFailed = 3 };

}  // namespace trainwreck
