#include "engine/callbacks/memory_monitor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "engine/seams/file_system.h"
#include "engine/seams/memory_budget.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

std::int64_t in_use(const MemoryBudget& memory) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < kMemoryPurposes; ++i) {
    total += memory.in_use(static_cast<MemoryPurpose>(i));
  }
  return total;
}

// Linux tells pages: total, then resident.
std::int64_t resident_bytes(FileSystem& files) {
  try {
    const std::string pages = files.read("/proc/self/statm");
    const std::size_t second = pages.find(' ') + 1;  // 0 where there is none
    std::int64_t count = -1;
    std::from_chars(pages.data() + second, pages.data() + pages.size(), count);
    return second == 0 || count < 0 ? -1 : count * ::sysconf(_SC_PAGESIZE);
  } catch (const IoError&) {
    return -1;  // another system, or a disk of one's own
  }
}

}  // namespace

void MemoryMonitor::on_train_begin(Event&) {
  records_.clear();
  threshold_ = options_.limit_bytes.value_or(kNoLimit);
}

void MemoryMonitor::on_train_batch_end(Event& event) {
  if (threshold_ != kNoLimit) compare(event, event.session.seams().memory.peak());
}

void MemoryMonitor::on_epoch_end(Event& event) {
  const Seams& seams = event.session.seams();
  Record record{.epoch = event.index, .in_use = in_use(seams.memory), .peak = seams.memory.peak()};
  if (options_.process) record.resident = resident_bytes(seams.files);
  records_.push_back(record);
  compare(event, record.peak);
}

void MemoryMonitor::compare(Event& event, std::int64_t peak) {
  if (peak <= threshold_) return;
  const std::string text = fmt::format("the run has used {} at once, more than the {} it should",
                                       bytes_text(peak), bytes_text(threshold_));
  threshold_ = kNoLimit;
  event.session.warn("memory_monitor.above_limit", text);
  if (options_.stop) event.session.request_stop(text);
}

namespace callbacks {

CallbackEntry memory_monitor() {
  return {"memory_monitor", "records the memory in use, and warns or stops above a limit",
          [](Params& params, const BuildContext&) -> CallbackHandle {
            MemoryMonitorOptions options;
            options.limit_bytes = params.maybe_integer(
                "limit_bytes", "warn when the run has used more than this at once", {.low = 0});
            options.stop = params.flag("stop", false, "also end the training then");
            options.process = params.flag("process", false,
                                          "also record the resident memory of the whole process");
            return std::make_shared<MemoryMonitor>(options);
          }};
}

}  // namespace callbacks
}  // namespace trainwreck
