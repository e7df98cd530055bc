#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <utility>

#include "faults/outside/launch.h"
#include "scenarios/campaign/results.h"
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

// "2/5". None: no such thing.
std::optional<std::pair<std::size_t, std::size_t>> shard_of(const std::string& text) {
  if (text.empty()) return std::pair<std::size_t, std::size_t>{1, 1};
  unsigned number = 0;
  unsigned all = 0;
  char more = 0;
  if (std::sscanf(text.c_str(), "%u/%u%c", &number, &all, &more) != 2) return {};
  if (number < 1 || number > all || all > 10'000) return {};
  return std::pair<std::size_t, std::size_t>{number, all};
}

void print_out(std::string_view text) {
  fmt::print("{}", text);
  std::fflush(stdout);
}

int guarded(const std::function<int()>& work) {
  try {
    return work();
  } catch (const campaign::UsageError& error) {
    return complain(error.what(), kUsageError);
  } catch (const outside::CannotWatch& error) {
    return complain(error.what(), kUsageError);
  } catch (const std::exception& error) {
    return complain(error.what(), kHarnessFailed);
  }
}

}  // namespace

int command_wreck(const WreckCommand& command) {
  const auto budget = duration_of(command.budget);
  const auto shard = shard_of(command.shard);
  if (!budget) {
    complain("--for " + command.budget + " is no time: 90s, 10m, 1h", kUsageError);
  }
  if (!shard) complain("--shard " + command.shard + " is no share: 2/5", kUsageError);
  if (!budget || !shard) return kUsageError;
  const bool in_workflow = std::getenv("GITHUB_ACTIONS") != nullptr;
  return guarded([&] {
    return campaign::wreck({.command = command.words,
                            .folder = command.folder,
                            .budget = *budget,
                            .jobs = command.jobs,
                            .points = command.points,
                            .ids = command.ids,
                            .thorough = command.thorough,
                            .ignore = command.ignore,
                            .rtol = command.rtol,
                            .disk = command.disk,
                            .until = command.until,
                            .saves = command.saves,
                            .to_the_end = command.to_the_end,
                            .shard = shard->first,
                            .shards = shard->second,
                            .known = command.known,
                            .json = command.json,
                            .junit = command.junit,
                            .github = command.github || in_workflow,
                            .save = command.save,
                            .go_on = command.go_on,
                            .progress = isatty(STDOUT_FILENO) == 1},
                           print_out);
  });
}

int command_merge(const std::vector<std::string>& paths) {
  return guarded([&] { return campaign::merge(paths, print_out); });
}

}  // namespace trainwreck
