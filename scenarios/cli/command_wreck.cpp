#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "faults/outside/launch.h"
#include "scenarios/campaign/wreck.h"
#include "scenarios/cli/commands.h"

namespace trainwreck {
namespace {

// "90s", "10m", "1h", "90". None: not a time.
std::optional<std::chrono::milliseconds> duration_of(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  const double factor = unit == "h" ? 3600 : unit == "m" ? 60 : unit.empty() || unit == "s" ? 1 : 0;
  const double seconds = number * factor;
  if (end == text.c_str() || !std::isfinite(seconds) || seconds <= 0 || seconds > 1e7) return {};
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

int complain(const std::string& text, int code) {
  fmt::print(stderr, "{}\n", text);
  return code;
}

}  // namespace

int command_wreck(const WreckCommand& command) {
  const auto budget = duration_of(command.budget);
  if (!budget) {
    return complain("--for " + command.budget + " is no time: 90s, 10m, 1h", kUsageError);
  }
  try {
    return campaign::wreck({.command = command.words,
                            .folder = command.folder,
                            .budget = *budget,
                            .ignore = command.ignore,
                            .rtol = command.rtol,
                            .json = command.json},
                           [](std::string_view text) {
                             fmt::print("{}", text);
                             std::fflush(stdout);
                           });
  } catch (const campaign::UsageError& error) {
    return complain(error.what(), kUsageError);
  } catch (const outside::CannotWatch& error) {
    return complain(error.what(), kUsageError);
  } catch (const std::exception& error) {
    return complain(error.what(), kHarnessFailed);
  }
}

}  // namespace trainwreck
