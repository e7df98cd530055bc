#include "scenarios/process/printed.h"

#include <fmt/format.h>

#include <algorithm>

namespace trainwreck {

void Printed::add(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, kFirst - std::min(kFirst, first_.size()));
  first_ += head;
  last_ += bytes.substr(head.size());
  if (last_.size() <= kLast) return;
  const std::size_t over = last_.size() - kLast;
  dropped_ += over;
  last_.erase(0, over);
}

std::string Printed::text() const {
  if (dropped_ == 0) return first_ + last_;
  return first_ + fmt::format("\n... {} bytes left out ...\n", dropped_) + last_;
}

}  // namespace trainwreck
