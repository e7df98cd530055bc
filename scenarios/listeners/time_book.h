#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/seams/trace.h"

namespace trainwreck {

// What a training's time can be spent on.
enum class Spent : std::uint8_t {
  step,        // from a step's begin to its end
  data,        // fetching a batch
  validation,  // the epoch's own, but for its data and hooks
  hook,        // of a callback
  deferred,    // what a callback put off until the others had the hook
  background,  // on a thread of its own that a callback asked for: beside the loop, not in it
  loop         // all else that the loop does
};
std::string_view name_of(Spent spent);

// What is done beside spending time. Several threads may count at once.
struct Costs {
  std::atomic<std::int64_t> file_operations{0};
  std::atomic<std::int64_t> syncs{0};
  std::atomic<std::int64_t> bytes{0};
  std::atomic<std::int64_t> allocations{0};
};

// One kind of thing that time was spent on, by whom.
struct TimeLine {
  Spent spent{};
  std::string callback;
  std::string hook;
  std::int64_t in_epochs_ns = 0;
  std::int64_t outside_ns = 0;
  std::vector<std::int64_t> times_ns;  // of each time that it came, without what it had inside
  Costs costs;
};

// Where the time of a run goes: hears its trace, and asks a clock. Every nanosecond between the
// begin and the end of an epoch belongs to one line; what the book itself needs belongs to none,
// and is what is left of the epochs' time. A callback that evaluates in its hook pays for that; the
// hooks of others in there pay for themselves. One thread, but for background work.
class TimeBook final : public TraceSink {
 public:
  using Clock = std::function<std::int64_t()>;    // nanoseconds
  using Counter = std::function<std::int64_t()>;  // allocations of the thread so far

  // Without a clock it only passes on what it hears.
  explicit TimeBook(Clock clock, Counter allocations = {}, TraceSink* next = nullptr);

  // A call is about to be made; of an earlier one nothing is under way any more.
  void begin_call();
  void record(const TraceEvent& event) override;

  // What is being done now: of this thread, a background one included.
  TimeLine& here();
  // Work that is asked for now, to be done on another thread: it counts for whoever is asking.
  std::function<void()> in_background(std::function<void()> work);

  std::int64_t epochs_ns() const { return epochs_ns_; }
  std::int64_t epochs() const { return epochs_; }
  std::int64_t unaccounted_ns() const;
  std::vector<const TimeLine*> lines() const;
  // In hooks and in what they put off, in epochs and outside, by callback.
  std::map<std::string, std::int64_t> by_callback() const;

 private:
  struct Frame {
    TimeLine* line = nullptr;
    std::int64_t spent_ns = 0;
  };

  TimeLine& line_of(Spent spent, std::string_view callback, std::string_view hook);
  void charge(std::int64_t now, std::int64_t allocations);
  void hear(const TraceEvent& event, std::int64_t now);
  void hear_scope(const TraceEvent& event, std::int64_t now);
  void push(Spent spent, std::string_view callback = {}, std::string_view hook = {});
  void pop(Spent spent);
  bool in_hook() const;

  Clock clock_;
  Counter allocations_;
  TraceSink* next_;
  std::mutex mutex_;  // guards the lines of background work
  std::map<std::tuple<Spent, std::string, std::string>, std::unique_ptr<TimeLine>> lines_;
  std::vector<Frame> frames_;  // the loop is always the first
  std::int64_t last_ns_ = 0;
  std::int64_t last_allocations_ = 0;
  std::int64_t epoch_began_ = 0;
  std::int64_t epochs_ns_ = 0;
  std::int64_t epochs_ = 0;
  bool in_epoch_ = false;
};

}  // namespace trainwreck
