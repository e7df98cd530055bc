#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace trainwreck {

// The words of a command line that the program does not know, each with the nearest that it does:
// "--jbos: did you mean --jobs?". Empty where none is near, or all are known.
std::vector<std::string> misspelt(CLI::App& app, const std::vector<std::string>& words);

}  // namespace trainwreck
