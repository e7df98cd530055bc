#include "engine/combine/ordered_fetcher.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace trainwreck {

OrderedFetcher::OrderedFetcher(Executor& executor, Options options, Make make)
    : executor_(executor), options_(std::move(options)), make_(std::move(make)) {
  TRAINWRECK_CHECK(options_.tasks >= 1 && options_.ahead >= 1, "nobody would fetch anything");
  slots_.resize(static_cast<std::size_t>(options_.ahead));
}

OrderedFetcher::~OrderedFetcher() {
  try {
    halt();
  } catch (...) {
    // An executor that is dead refuses; its tasks have ended with it.
  }
}

OrderedFetcher::Slot& OrderedFetcher::slot(std::int64_t position) {
  return slots_[static_cast<std::size_t>(position % options_.ahead)];
}

bool OrderedFetcher::is_over() const { return end_ && head_ >= *end_; }

bool OrderedFetcher::is_made() {
  const State state = slot(head_).state;
  return state == State::ready || state == State::failed;
}

bool OrderedFetcher::may_claim() const {
  return failed_ == 0 && !held_ && next_ < head_ + options_.ahead && !(end_ && next_ >= *end_) &&
         (options_.side_by_side || busy_ == 0);
}

bool OrderedFetcher::claim(std::int64_t& position) {
  if (stop_) return false;
  position = next_++;
  slot(position).state = State::busy;
  ++busy_;
  return true;
}

void OrderedFetcher::work() {
  try {
    while (true) {
      struct {
        std::int64_t position = 0;
        bool claimed = false;
      } mine;
      executor_.wait([this] { return stop_ || may_claim(); },
                     [this, &mine] { mine.claimed = claim(mine.position); }, std::nullopt);
      if (!mine.claimed) return;
      make_item(mine.position);
      executor_.notify();
    }
  } catch (...) {
    // Only the executor throws here, and then to everybody: whoever waits for an item hears it too.
  }
}

void OrderedFetcher::make_item(std::int64_t position) {
  Slot& mine = slot(position);
  State state = State::failed;
  std::exception_ptr error;
  try {
    state = make_(position, mine.batch) ? State::ready : State::vacant;
  } catch (...) {
    error = std::current_exception();
  }
  const auto store = [&] {
    mine.state = state;
    mine.error = std::move(error);
    --busy_;
    if (state == State::vacant) end_ = std::min(end_.value_or(position), position);
    if (state == State::failed) {
      ++failed_;
      held_ = true;
    }
  };
  executor_.exclusively(std::cref(store));
}

void OrderedFetcher::start_tasks() {
  if (!tasks_.empty()) return;
  for (std::int64_t i = 0; i < options_.tasks; ++i) {
    tasks_.push_back(executor_.spawn(options_.name, [this] { work(); }));
  }
}

OrderedFetcher::Taken OrderedFetcher::take(Batch& out, Executor::Deadline deadline) {
  struct {
    State state = State::vacant;
    std::exception_ptr error;
    Batch* out;
  } result{.error = nullptr, .out = &out};
  executor_.exclusively([this, &result] {
    held_ = failed_ > 0;
    if (is_over()) result.state = State::end;
  });
  if (result.state == State::end) return Taken::end;
  start_tasks();
  executor_.notify();
  const bool in_time = executor_.wait([this] { return is_over() || is_made(); },
                                      [this, &result] {
                                        Slot& mine = slot(head_);
                                        result.state = is_over() ? State::end : mine.state;
                                        if (result.state == State::end) return;
                                        result.error = std::exchange(mine.error, nullptr);
                                        if (mine.state == State::failed) --failed_;
                                        if (mine.state == State::ready)
                                          std::swap(*result.out, mine.batch);
                                        mine.state = State::vacant;
                                        ++head_;
                                      },
                                      deadline);
  if (!in_time) return Taken::late;
  executor_.notify();
  if (result.error) std::rethrow_exception(result.error);
  return result.state == State::end ? Taken::end : Taken::item;
}

void OrderedFetcher::halt() {
  if (tasks_.empty()) return;
  executor_.exclusively([this] { stop_ = true; });
  executor_.notify();
  while (!tasks_.empty()) {
    const Executor::TaskId task = tasks_.back();
    tasks_.pop_back();
    executor_.join(task);
  }
  stop_ = false;
}

void OrderedFetcher::restart(std::int64_t position, std::optional<std::int64_t> end) {
  halt();
  for (Slot& each : slots_) {
    each.state = State::vacant;
    each.error = nullptr;
  }
  head_ = next_ = position;
  end_ = end;
  busy_ = 0;  // a task may have died with an item in its hands
  failed_ = 0;
  held_ = false;
}

}  // namespace trainwreck
