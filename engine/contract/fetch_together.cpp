#include "engine/contract/fetch_together.h"

#include <fmt/format.h>

#include <vector>

#include "engine/base/errors.h"
#include "engine/contract/data_rules.h"
#include "engine/seams/executor.h"

namespace trainwreck {
namespace {

constexpr int kFetches = 16;  // of each thread: they overlap though they do not begin as one

std::string fetch_rounds(DataSource& source, const ThreadRequest& request) {
  Batch batch;
  try {
    for (int round = 0; round < kFetches; ++round) {
      if (!source.fetch(request.index, batch)) return "the end";
      if (checksum(batch) != request.expected) return "another one";
    }
  } catch (const std::exception& error) {
    return fmt::format("{}: {}", error_name(error), error.what());
  } catch (...) {
    return "an error that is no std::exception";
  }
  return {};
}

}  // namespace

std::optional<ThreadTrouble> fetch_together(DataSource& source,
                                            std::span<const ThreadRequest> requests,
                                            Executor& executor) {
  std::vector<std::string> got(requests.size());
  std::size_t ready = 0;
  std::vector<Executor::TaskId> tasks;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    tasks.push_back(executor.spawn("fetch together", [&, i] {
      executor.exclusively([&] { ++ready; });
      executor.notify();
      executor.wait([&] { return ready == requests.size(); }, [] {}, std::nullopt);
      got[i] = fetch_rounds(source, requests[i]);
    }));
  }
  for (const Executor::TaskId task : tasks) executor.join(task);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (!got[i].empty()) return ThreadTrouble{requests[i].index, got[i]};
  }
  return std::nullopt;
}

}  // namespace trainwreck
