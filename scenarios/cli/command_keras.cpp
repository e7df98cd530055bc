#include <fmt/format.h>

#include "scenarios/books/keras_page.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/suite/find_scenarios.h"

namespace trainwreck {

int command_keras(const Vocabulary& vocabulary) {
  std::vector<std::string> files;
  if (!find_scenarios({shipped_library() + "/keras"}, files)) return kUsageError;
  fmt::print("{}", keras_page(tell_twice(files, vocabulary), vocabulary));
  return kAllHeld;
}

}  // namespace trainwreck
