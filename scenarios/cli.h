#pragma once

#include <span>

namespace trainwreck {

struct Vocabulary;

// The whole command line over what the vocabulary can name. Returns the exit code: 0 all held, 1 an
// expectation failed, 2 usage or scenario error, 3 the harness itself failed.
int run_command_line(int argc, char** argv, const Vocabulary& vocabulary);

}  // namespace trainwreck
