#include "scenarios/listeners/time_book.h"

#include <algorithm>
#include <utility>

namespace trainwreck {
namespace {

// Set on a thread that does somebody's background work.
thread_local TimeLine* background_line = nullptr;

}  // namespace

std::string_view name_of(Spent spent) {
  switch (spent) {
    case Spent::step:
      return "step";
    case Spent::data:
      return "data";
    case Spent::validation:
      return "validation";
    case Spent::hook:
      return "hook";
    case Spent::deferred:
      return "deferred";
    case Spent::background:
      return "background";
    case Spent::loop:
      return "loop";
  }
  return "?";
}

TimeBook::TimeBook(Clock clock, Counter allocations, TraceSink* next)
    : clock_(std::move(clock)), allocations_(std::move(allocations)), next_(next) {
  begin_call();
}

void TimeBook::begin_call() {
  frames_.assign(1, {.line = &line_of(Spent::loop, {}, {})});
  in_epoch_ = false;
  if (!clock_) return;
  if (allocations_) last_allocations_ = allocations_();
  last_ns_ = clock_();
}

void TimeBook::record(const TraceEvent& event) {
  if (!clock_) {
    if (next_ != nullptr) next_->record(event);
    return;
  }
  const std::int64_t now = clock_();
  charge(now, allocations_ ? allocations_() : 0);
  hear(event, now);
  if (next_ != nullptr) next_->record(event);
  if (allocations_) last_allocations_ = allocations_();
  last_ns_ = clock_();
}

void TimeBook::charge(std::int64_t now, std::int64_t allocations) {
  Frame& frame = frames_.back();
  const std::int64_t spent = now - last_ns_;
  frame.spent_ns += spent;
  (in_epoch_ ? frame.line->in_epochs_ns : frame.line->outside_ns) += spent;
  frame.line->costs.allocations += allocations - last_allocations_;
}

void TimeBook::hear(const TraceEvent& event, std::int64_t now) {
  switch (event.kind) {
    case TraceKind::scope_begin:
    case TraceKind::scope_end:
      return hear_scope(event, now);
    case TraceKind::fetch_begin:
      return push(Spent::data);
    case TraceKind::fetch_end:
      return pop(Spent::data);
    case TraceKind::step_begin:
      return push(Spent::step);
    case TraceKind::step_end:
      return pop(Spent::step);
    case TraceKind::hook_begin:
      return push(Spent::hook, event.who, event.what);
    case TraceKind::hook_end:
      return pop(Spent::hook);
    case TraceKind::deferred_begin:
      return push(Spent::deferred, event.who, event.what);
    case TraceKind::deferred_end:
      return pop(Spent::deferred);
    default:
      return;
  }
}

void TimeBook::hear_scope(const TraceEvent& event, std::int64_t now) {
  const bool begins = event.kind == TraceKind::scope_begin;
  if (in_hook()) return;  // of a call that a callback makes
  if (event.what == "test" && in_epoch_)
    return begins ? push(Spent::validation) : pop(Spent::validation);
  if (event.what != "epoch" || begins == in_epoch_) return;
  in_epoch_ = begins;
  if (begins) {
    epoch_began_ = now;
    ++epochs_;
  } else {
    epochs_ns_ += now - epoch_began_;
  }
}

// What a hook has inside belongs to that hook, unless it is another hook.
void TimeBook::push(Spent spent, std::string_view callback, std::string_view hook) {
  const bool own = spent == Spent::hook || spent == Spent::deferred;
  if (!own && in_hook()) return;
  frames_.push_back({.line = &line_of(spent, callback, hook)});
}

// What an error cut short inside has no end of its own.
void TimeBook::pop(Spent spent) {
  const bool own = spent == Spent::hook || spent == Spent::deferred;
  if (!own && in_hook()) return;
  const auto begun = std::find_if(frames_.rbegin(), frames_.rend() - 1,
                                  [&](const Frame& frame) { return frame.line->spent == spent; });
  if (begun == frames_.rend() - 1) return;
  const auto count = static_cast<std::size_t>(begun - frames_.rbegin()) + 1;
  for (std::size_t i = 0; i < count; ++i) {
    frames_.back().line->times_ns.push_back(frames_.back().spent_ns);
    frames_.pop_back();
  }
}

bool TimeBook::in_hook() const {
  const Spent spent = frames_.back().line->spent;
  return spent == Spent::hook || spent == Spent::deferred;
}

TimeLine& TimeBook::line_of(Spent spent, std::string_view callback, std::string_view hook) {
  const std::lock_guard lock(mutex_);
  auto& line = lines_[{spent, std::string(callback), std::string(hook)}];
  if (!line) {
    line = std::make_unique<TimeLine>();
    line->spent = spent;
    line->callback = callback;
    line->hook = hook;
  }
  return *line;
}

TimeLine& TimeBook::here() {
  return background_line != nullptr ? *background_line : *frames_.back().line;
}

std::function<void()> TimeBook::in_background(std::function<void()> work) {
  TimeLine& line = line_of(Spent::background, here().callback, here().hook);
  return [this, &line, work = std::move(work)] {
    background_line = &line;
    const std::int64_t began = clock_();
    const std::int64_t allocated = allocations_ ? allocations_() : 0;
    work();
    if (allocations_) line.costs.allocations += allocations_() - allocated;
    const std::int64_t took = clock_() - began;
    background_line = nullptr;
    const std::lock_guard lock(mutex_);
    line.outside_ns += took;
    line.times_ns.push_back(took);
  };
}

std::int64_t TimeBook::unaccounted_ns() const {
  std::int64_t left = epochs_ns_;
  for (const auto& [key, line] : lines_) left -= line->in_epochs_ns;
  return left;
}

std::vector<const TimeLine*> TimeBook::lines() const {
  std::vector<const TimeLine*> all;
  for (const auto& [key, line] : lines_) all.push_back(line.get());
  return all;
}

std::map<std::string, std::int64_t> TimeBook::by_callback() const {
  std::map<std::string, std::int64_t> times;
  for (const auto& [key, line] : lines_) {
    const bool counts = line->spent == Spent::hook || line->spent == Spent::deferred;
    if (counts) times[line->callback] += line->in_epochs_ns + line->outside_ns;
  }
  return times;
}

}  // namespace trainwreck
