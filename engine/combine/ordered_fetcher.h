#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/seams/executor.h"
#include "trainwreck/data.h"

namespace trainwreck {

// Makes items ahead of their use on tasks of an Executor and hands them over in order: the bounded
// queue of worker sources and of prefetching. Whatever is thrown while item k is made is thrown
// when item k is taken; nothing further is begun from then until somebody asks for the next item.
// Used from one thread.
class OrderedFetcher {
 public:
  struct Options {
    std::string name;  // of the tasks
    std::int64_t tasks = 1;
    std::int64_t ahead = 2;  // items made or being made but not yet taken
    bool side_by_side =
        false;  // several items may be made at once; else one after the other, in order
  };
  // Makes the item at a position, on one of the tasks. False: there is none, and none after it.
  using Make = std::function<bool(std::int64_t position, Batch& out)>;
  enum class Taken : std::uint8_t { item, end, late };

  OrderedFetcher(Executor& executor, Options options, Make make);
  ~OrderedFetcher();
  OrderedFetcher(const OrderedFetcher&) = delete;
  OrderedFetcher& operator=(const OrderedFetcher&) = delete;

  // The position that is delivered next.
  std::int64_t position() const { return head_; }
  // Takes the item at position() and moves on. The batch's old buffers are used for later items.
  Taken take(Batch& out, Executor::Deadline deadline);
  // Waits for the items under way and ends the tasks. What is made stays; take() starts tasks anew.
  void halt();
  // Halts and goes on at another position. Items that were made are dropped.
  void restart(std::int64_t position, std::optional<std::int64_t> end);

 private:
  enum class State : std::uint8_t { vacant, busy, ready, failed, end };
  struct Slot {
    Batch batch;
    State state = State::vacant;
    std::exception_ptr error;
  };

  Slot& slot(std::int64_t position);
  bool is_over() const;
  bool is_made();
  bool may_claim() const;
  bool claim(std::int64_t& position);
  void work();
  void make_item(std::int64_t position);
  void start_tasks();

  Executor& executor_;
  const Options options_;
  const Make make_;
  std::vector<Executor::TaskId> tasks_;  // of the using thread
  // The rest is shared: touched with the monitor held, or while there are no tasks.
  std::vector<Slot> slots_;  // the item at position p is in slot p % size
  std::int64_t head_ = 0;
  std::int64_t next_ = 0;  // the first position that nobody has begun
  std::optional<std::int64_t> end_;
  std::int64_t busy_ = 0;
  std::int64_t failed_ = 0;
  bool held_ = false;  // after a failure, until the next item is asked for
  bool stop_ = false;
};

}  // namespace trainwreck
