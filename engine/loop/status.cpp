#include "engine/loop/status.h"

#include <fmt/format.h>

namespace trainwreck {

std::string_view name_of(Status status) {
  switch (status) {
    case Status::completed:
      return "completed";
    case Status::stopped:
      return "stopped";
    case Status::exhausted:
      return "exhausted";
    case Status::failed:
      return "failed";
    case Status::interrupted:
      return "interrupted";
  }
  return "?";
}

std::string text_of(const ErrorRecord& record) {
  std::string where = record.phase.empty() ? std::string() : fmt::format(" in {}", record.phase);
  if (!record.callback.empty()) where += fmt::format(" of {}", record.callback);
  if (record.epoch >= 0) where += fmt::format(" at epoch {}", record.epoch);
  if (record.batch >= 0) where += fmt::format(", batch {}", record.batch);
  if (!record.source.empty()) where += fmt::format(", data {}", record.source);
  return fmt::format("{}{}: {}", record.type, where, record.message);
}

}  // namespace trainwreck
