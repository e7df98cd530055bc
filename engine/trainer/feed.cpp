#include "engine/trainer/feed.h"

#include <fmt/format.h>

#include "engine/base/errors.h"
#include "engine/base/random.h"
#include "engine/loop/session.h"
#include "engine/seams/trace.h"

namespace trainwreck {

Feed::Feed(DataSource& source, const FeedOptions& options, Session& session)
    : source_(source),
      session_(session),
      traits_(source.traits()),
      seed_(options.seed),
      shuffle_(options.shuffle),
      length_(source.length()),
      passes_(options.first_pass) {
  settle_steps(options.steps);
  draw_first_items();
}

const DataPolicy& Feed::policy() const { return session_.policy().data; }

void Feed::settle_steps(std::optional<std::int64_t> asked) {
  if (asked && *asked <= 0) {
    if (policy().step_counts == StepCounts::refused) {
      throw ValueError(fmt::format("steps per epoch must be at least 1, got {}", *asked));
    }
    unbounded_ = *asked < 0;
    return;
  }
  steps_ = asked;
  if (policy().exhausted == Exhausted::error && asked && length_ && *asked > *length_) {
    throw DataExhausted(
        fmt::format("{} has {} batches, fewer than the {} steps per epoch asked for", traits_.name,
                    *length_, *asked));
  }
}

// What is drawn here is kept and dealt out again at the beginning of every pass, so that a stream
// that is gone begins each later pass with its first two items.
void Feed::draw_first_items() {
  if (policy().stream_peek != StreamPeek::two_items_replayed) return;
  if (traits_.access != Access::stream || traits_.replayable) return;
  for (int i = 0; i < 2; ++i) {
    Batch item;
    if (!source_.fetch(i, item)) break;
    peeked_.push_back(std::move(item));
  }
  if (peeked_.empty()) throw ValueError(fmt::format("{} is empty", traits_.name));
}

std::optional<std::int64_t> Feed::steps_due() const {
  if (unbounded_) return std::nullopt;
  return steps_ ? steps_ : length_;
}

const Batch* Feed::peek() {
  begin_epoch();
  const Batch* first = next();
  source_epoch_open_ = false;
  return first;
}

void Feed::reset() {
  in_pass_ = false;
  position_ = 0;
  length_ = source_.length();
  if (policy().source_epoch_end == SourceEpochEnd::before_train_and_after_full_epochs) {
    source_.on_epoch_end();
  }
}

void Feed::go_to(std::int64_t epochs, std::int64_t batches) {
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    begin_epoch();
    if (length_ && traits_.access == Access::random) {
      skip_epoch();
    } else {
      while (next() != nullptr) {
      }
    }
    end_epoch();
  }
  skipped_in_epoch_ = batches;
}

// What next() would do until the epoch is over, without fetching.
void Feed::skip_epoch() {
  const std::int64_t due = steps_due().value_or(*length_);
  while (step_ < due) {
    if (pass_is_over()) {
      if (!may_wrap()) break;
      start_pass();
    }
    ++position_;
    ++step_;
  }
  if (pass_is_over()) in_pass_ = false;
}

void Feed::begin_epoch() {
  source_epoch_open_ = true;
  supply_ = Supply::open;
  step_ = 0;
  pass_began_in_this_epoch_ = false;
  source_.on_epoch_begin();
  if (!in_pass_ || !steps_) start_pass();
  for (; skipped_in_epoch_ > 0; --skipped_in_epoch_) {
    if (next() == nullptr) break;
  }
  skipped_in_epoch_ = 0;
}

void Feed::start_pass() {
  const Pass pass{.number = passes_++, .seed = seed_, .shuffle = shuffle_ && traits_.shuffles_rows};
  source_.start_pass(pass);
  pass_length_ = traits_.access == Access::random ? source_.length() : std::nullopt;
  in_pass_ = true;
  pass_began_in_this_epoch_ = true;
  position_ = 0;
  order_.clear();
  const bool shuffles_batches =
      shuffle_ && !traits_.shuffles_rows && traits_.access == Access::random && length_;
  if (!shuffles_batches) return;
  order_.resize(static_cast<std::size_t>(*length_));
  permutation(Random(seed_, Purpose::shuffle, pass.number), order_);
}

bool Feed::pass_is_over() const { return !unbounded_ && length_ && position_ >= *length_; }

// An epoch may go on in the next pass, but never sees the same data twice.
bool Feed::may_wrap() const {
  return policy().pass_end == PassEnd::wraps_into_the_next && steps_ && traits_.replayable &&
         !pass_began_in_this_epoch_;
}

const Batch* Feed::next() {
  const std::optional<std::int64_t> due = steps_due();
  if (due && step_ >= *due) {
    if (pass_is_over()) in_pass_ = false;
    return finish(Supply::complete);
  }
  if (due && pass_is_over()) {
    if (!may_wrap()) {
      in_pass_ = false;
      return run_dry();
    }
    start_pass();
  }
  if (!fetch(position_)) {
    if (!may_wrap()) {
      if (!length_) length_ = position_;
      in_pass_ = false;
      return run_dry();
    }
    start_pass();
    if (!fetch(position_)) return run_dry();
  }
  ++step_;
  return current_;
}

bool Feed::fetch(std::int64_t index) {
  ++position_;
  TraceSink* trace = session_.seams().trace;
  if (trace != nullptr) {
    trace->record({.kind = TraceKind::fetch_begin,
                   .epoch = session_.position().epoch,
                   .batch = step_,
                   .number = index,
                   .who = traits_.name});
  }
  bool got = true;
  const auto at = static_cast<std::size_t>(index);
  if (at < peeked_.size()) {
    current_ = &peeked_[at];
  } else if (pass_length_ && index >= *pass_length_) {
    got = false;  // the source has shrunk since the run began
  } else {
    got = source_.fetch(order_.empty() ? index : order_.at(at), batch_);
    current_ = &batch_;
  }
  if (trace != nullptr) {
    trace->record({.kind = TraceKind::fetch_end,
                   .epoch = got ? current_->id.epoch : -1,
                   .batch = step_,
                   .step = got ? current_->id.index : -1,
                   .number = got ? current_->id.source : -1,
                   .value = got ? static_cast<double>(current_->rows()) : 0.0,
                   .who = traits_.name,
                   .detail = got ? "ok" : "exhausted"});
  }
  return got;
}

const Batch* Feed::finish(Supply supply) {
  supply_ = supply;
  if (source_epoch_open_ &&
      policy().source_epoch_end == SourceEpochEnd::before_train_and_after_full_epochs) {
    source_epoch_open_ = false;
    source_.on_epoch_end();
  }
  return nullptr;
}

std::string Feed::shortage() const {
  const std::optional<std::int64_t> due = steps_due();
  return fmt::format("{} ran out of data: {} of {} batches came", traits_.name, step_,
                     due ? std::to_string(*due) : std::string("an unknown number of"));
}

const Batch* Feed::run_dry() {
  const bool natural_end = !steps_ && !source_.length() && step_ > 0;
  if (policy().exhausted == Exhausted::warns_and_goes_on) {
    session_.warn("data.ran_out", shortage());
    return finish(Supply::dry);
  }
  if (natural_end) return finish(Supply::complete);
  if (session_.seams().trace != nullptr) {
    session_.seams().trace->record({.kind = TraceKind::policy,
                                    .epoch = session_.position().epoch,
                                    .step = step_,
                                    .number = steps_due().value_or(-1),
                                    .what = "exhausted_early",
                                    .who = traits_.name});
  }
  if (policy().exhausted == Exhausted::error) throw DataExhausted(shortage());
  session_.warn("data.ran_out", shortage());
  return finish(Supply::dry);
}

void Feed::end_epoch(bool by_source) {
  if (!source_epoch_open_) return;
  source_epoch_open_ = false;
  if (by_source || policy().source_epoch_end != SourceEpochEnd::once_per_epoch) return;
  source_.on_epoch_end();
}

}  // namespace trainwreck
