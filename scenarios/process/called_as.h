#pragma once

#include <string>

namespace trainwreck {

// What this program was called: the first word of every line that a person may copy, whoever's
// program it is. As a shell takes it.
const std::string& called_as();
// For whoever was handed another command line than the process's own.
void set_called_as(const std::string& word);

// One word as a shell takes it.
std::string shell_word(const std::string& word);

}  // namespace trainwreck
