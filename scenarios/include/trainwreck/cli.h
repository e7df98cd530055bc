#pragma once

#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

// All that trainwreck itself can name; its tables live as long as the program. A runner adds its
// own entries to a copy.
Vocabulary builtin_vocabulary();

// The whole command line over what the vocabulary can name. Returns the exit code: 0 all held, 1 an
// expectation failed, 2 usage or scenario error, 3 the harness itself failed. The vocabulary and
// all that it names must outlive the call. To be called once, and from a process without other
// threads: it forks.
int run_command_line(int argc, char** argv, const Vocabulary& vocabulary);

}  // namespace trainwreck
