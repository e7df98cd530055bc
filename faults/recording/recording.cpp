#include "faults/recording/recording.h"

#include <array>

namespace trainwreck::outside {

std::vector<OutputLine> output_lines(const Recording& recording) {
  std::vector<OutputLine> lines;
  std::array<std::string, 2> unfinished;
  for (std::size_t i = 0; i < recording.operations.size(); ++i) {
    const Operation& operation = recording.operations[i];
    if (operation.kind != OpKind::output || !operation.bytes.kept()) continue;
    std::string text(operation.bytes.length, '\0');
    recording.spool->read(operation.bytes, text);
    const bool error = operation.offset == 2;
    for (const char c : text) {
      if (c == '\n') lines.push_back({.before = i, .error = error, .text = unfinished[error]});
      if (c == '\n') unfinished[error].clear();
      if (c != '\n') unfinished[error] += c;
    }
  }
  for (const bool error : {false, true}) {
    if (unfinished[error].empty()) continue;
    lines.push_back(
        {.before = recording.operations.size(), .error = error, .text = unfinished[error]});
  }
  return lines;
}

}  // namespace trainwreck::outside
