#include "faults/inject/trace.h"

namespace trainwreck {

std::string_view Trace::keep(std::string_view text) {
  if (text.empty()) return {};
  const auto known = texts_.find(text);
  return known != texts_.end() ? *known : *texts_.emplace(text).first;
}

}  // namespace trainwreck
