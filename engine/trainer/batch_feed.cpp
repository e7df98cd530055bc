#include "engine/trainer/batch_feed.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/attempt.h"
#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "engine/seams/clock.h"
#include "engine/seams/tracer.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

// Nothing to count to: an empty source is found out by asking it for a batch.
std::optional<std::int64_t> known_length(const DataSource& source) {
  const std::optional<std::int64_t> length = source.length();
  return length && *length > 0 ? length : std::nullopt;
}

std::chrono::nanoseconds nanoseconds_of(double seconds) {
  constexpr double kMost = 1e9;  // seconds that can be counted in nanoseconds, and 30 years
  return std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(seconds, kMost) * 1e9));
}

}  // namespace

BatchFeed::BatchFeed(DataSource& source, const FeedOptions& options, Session& session)
    : source_(source),
      session_(session),
      traits_(source.traits()),
      seed_(options.seed),
      shuffle_(options.shuffle),
      deadline_(nanoseconds_of(session.policy().data.deadline_seconds)),
      passes_(options.first_pass) {
  source_.settle_batch_size(options.steps, policy().zero_batch_size);
  length_ = known_length(source);
  settle_steps(options.steps);
  draw_first_items();
}

const DataPolicy& BatchFeed::policy() const { return session_.policy().data; }

void BatchFeed::settle_steps(std::optional<std::int64_t> asked) {
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
void BatchFeed::draw_first_items() {
  if (policy().stream_peek != StreamPeek::two_items_replayed) return;
  if (traits_.access != Access::stream || traits_.replayable) return;
  for (int i = 0; i < 2 && fetch(i); ++i) peeked_.push_back(std::move(batch_));
  if (peeked_.empty()) throw ValueError(fmt::format("{} is empty", traits_.name));
}

std::optional<std::int64_t> BatchFeed::steps_due() const {
  if (unbounded_) return std::nullopt;
  return steps_ ? steps_ : length_;
}

const Batch* BatchFeed::peek() {
  const std::int64_t passes = passes_;  // a look shifts no later order
  begin_epoch();
  const Batch* first = next();
  if (first == nullptr) end_epoch();
  source_epoch_open_ = false;
  passes_ = passes;
  return first;
}

void BatchFeed::reset() {
  in_pass_ = false;
  position_ = 0;
  length_ = known_length(source_);
  if (policy().source_epoch_end == SourceEpochEnd::before_train_and_after_full_epochs) {
    tell("on_epoch_end", &DataSource::on_epoch_end);
  }
}

void BatchFeed::seek(std::int64_t epochs, std::int64_t batches) {
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    begin_epoch();
    if (skips_without_fetching()) {
      skip(*steps_due());
    } else {
      while (next() != nullptr) {
      }
      if (supply_ == Supply::dry && policy().exhausted == Exhausted::error) {
        throw DataExhausted(shortage());
      }
    }
    end_epoch();
  }
  behind_ = batches;
}

bool BatchFeed::skips_without_fetching() const {
  return traits_.access == Access::random && steps_due().has_value();
}

// What next() would do so many times, without fetching.
void BatchFeed::skip(std::int64_t batches) {
  for (; batches > 0; --batches) {
    if (pass_is_over()) {
      if (!may_wrap()) break;
      start_pass();
    }
    ++position_;
    ++step_;
  }
  if (step_ >= *steps_due() && pass_is_over()) in_pass_ = false;
}

void BatchFeed::begin_epoch() {
  source_epoch_open_ = true;
  supply_ = Supply::open;
  step_ = 0;
  pass_began_in_this_epoch_ = false;
  tell("on_epoch_begin", &DataSource::on_epoch_begin);
  if (!in_pass_ || !steps_) start_pass();
  if (skips_without_fetching()) {
    skip(behind_);
  } else {
    while (step_ < behind_ && next() != nullptr) {
    }
  }
  behind_ = 0;
}

void BatchFeed::start_pass() {
  const Pass pass{.number = passes_++, .seed = seed_, .shuffle = shuffle_};
  source_.start_pass(pass);
  const bool random = traits_.access == Access::random;
  pass_length_ = random ? source_.length() : std::nullopt;
  in_pass_ = true;
  pass_began_in_this_epoch_ = true;
  position_ = 0;
  next_in_stream_.reset();
  given_.clear();
  order_.clear();
  if (!shuffle_ || traits_.shuffles_rows || !pass_length_) return;
  order_.resize(static_cast<std::size_t>(*pass_length_));
  shuffled_order(pass, order_);
}

bool BatchFeed::pass_is_over() const { return !unbounded_ && length_ && position_ >= *length_; }

// An epoch may go on in the next pass, but never sees the same data twice.
bool BatchFeed::may_wrap() const {
  return policy().pass_end == PassEnd::wraps_into_the_next && steps_ && traits_.replayable &&
         !pass_began_in_this_epoch_;
}

const Batch* BatchFeed::next() {
  const std::optional<std::int64_t> due = steps_due();
  if (due && step_ >= *due) {
    if (pass_is_over()) in_pass_ = false;
    supply_ = Supply::complete;
    return nullptr;
  }
  if (!fetch_or_wrap()) {
    in_pass_ = false;
    return on_exhausted();
  }
  ++position_;
  ++step_;
  return current_;
}

// Who said how much there is and then gives less has run dry, whatever the next pass might give.
bool BatchFeed::fetch_or_wrap() {
  if (!pass_is_over()) {
    if (fetch(position_)) return true;
    if (length_) return false;
  }
  if (!may_wrap()) return false;
  start_pass();
  return fetch(position_);
}

bool BatchFeed::fetch(std::int64_t index) {
  const Tracer tracer = session_.seams().tracer();
  if (!tracer) [[likely]]
    return fetch_from_source(index);
  tracer.fetch_begin({.source = traits_.name,
                      .position = index,
                      .item = order_.empty() ? index : order_[static_cast<std::size_t>(index)],
                      .epoch = session_.epoch(),
                      .batch = step_});
  bool got = false;
  attempt([&] { got = fetch_from_source(index); },
          [&] {
            trace_fetch(traced::Fetching::raised);
            throw;
          });
  trace_fetch(got ? traced::Fetching::ok : traced::Fetching::exhausted);
  return got;
}

void BatchFeed::trace_fetch(traced::Fetching outcome) const {
  traced::FetchEnd fetch{
      .source = traits_.name, .outcome = outcome, .epoch = session_.epoch(), .batch = step_};
  if (outcome == traced::Fetching::ok) {
    fetch.epoch = current_->id.epoch;
    fetch.item = current_->id.index;
    fetch.source_number = current_->id.source;
    fetch.rows = static_cast<double>(current_->rows());
  }
  session_.seams().tracer().fetch_end(fetch);
}

bool BatchFeed::fetch_from_source(std::int64_t index) {
  const auto at = static_cast<std::size_t>(index);
  if (at < peeked_.size()) {
    current_ = &peeked_[at];
    if (policy().batch_identity == BatchIdentity::checked && traits_.joins) {
      check_not_given_before();
    }
    return true;
  }
  if (pass_length_ && index >= *pass_length_) return false;  // it has shrunk, or has nothing
  current_ = &batch_;
  const std::int64_t item = order_.empty() ? index : order_[at];
  if (!fetch_in_time(index, item)) return false;
  if (policy().batch_identity == BatchIdentity::checked) check_identity(item);
  return true;
}

bool BatchFeed::fetch_in_time(std::int64_t index, std::int64_t item) {
  if (deadline_.count() <= 0) return source_.fetch(item, batch_);
  const auto begin = now();
  const bool got = source_.fetch(item, batch_);
  const auto spent = now() - begin;
  if (spent > deadline_) [[unlikely]]
    throw_too_late(index, spent);
  return got;
}

// A stream counts from wherever it is; what is joined keeps numbers that are not ours, and can only
// be kept from coming twice.
void BatchFeed::check_identity(std::int64_t item) {
  if (traits_.joins) return check_not_given_before();
  const BatchId& id = batch_.id;
  if (id.source < 0) return;
  const bool random = traits_.access == Access::random;
  const std::int64_t due = random ? item : next_in_stream_.value_or(id.index);
  if (id.index != due) [[unlikely]] {
    throw BadBatch(fmt::format(
        "{} was to give batch {} and gave batch {}; a source that passes on what others give "
        "says so in its traits (joins), or sets Batch::id itself",
        traits_.name, due, id.index));
  }
  next_in_stream_ = due + 1;
}

void BatchFeed::check_not_given_before() {
  const BatchId& id = current_->id;
  if (id.source < 0 || given_.emplace(id.source, id.epoch, id.index).second) return;
  throw BadBatch(fmt::format("{} gave batch {} of its source {} twice in one pass", traits_.name,
                             id.index, id.source));
}

// Read twice a batch, so that a deadline of seconds makes do with a clock that ticks rarely.
std::chrono::nanoseconds BatchFeed::now() const {
  Clock& clock = session_.seams().clock;
  return deadline_ < std::chrono::seconds(1) ? clock.now() : clock.coarse_now();
}

void BatchFeed::throw_too_late(std::int64_t index, std::chrono::nanoseconds spent) const {
  throw Timeout(fmt::format("{}: batch {} took {} s, more than the {} s of data.deadline_seconds",
                            traits_.name, index,
                            number_text(std::chrono::duration<double>(spent).count()),
                            number_text(policy().deadline_seconds)));
}

std::string BatchFeed::shortage() const {
  const std::optional<std::int64_t> due = steps_due();
  if (!due && step_ == 0) return fmt::format("{} has not one batch to give", traits_.name);
  if (!due) return fmt::format("{} ran out of data after {} batches", traits_.name, step_);
  return fmt::format("{} ran out of data: {} of {} batches came", traits_.name, step_, *due);
}

// A source that never said how much it has may end where it likes, once it gave something.
const Batch* BatchFeed::on_exhausted() {
  supply_ = Supply::dry;
  if (policy().exhausted == Exhausted::warns_and_goes_on) {
    session_.warn("data.ran_out", shortage());
    return nullptr;
  }
  if (!steps_ && !source_.length() && step_ > 0) {
    supply_ = Supply::complete;
    return nullptr;
  }
  session_.seams().tracer().policy({.choice = traced::Choosing::exhausted_early,
                                    .who = traits_.name,
                                    .number = steps_due().value_or(-1),
                                    .came = step_,
                                    .epoch = session_.epoch()});
  if (policy().exhausted != Exhausted::error) session_.warn("data.ran_out", shortage());
  return nullptr;
}

void BatchFeed::end_epoch() {
  if (!source_epoch_open_) return;
  source_epoch_open_ = false;
  const bool full_epochs_alone =
      policy().source_epoch_end == SourceEpochEnd::before_train_and_after_full_epochs;
  if (full_epochs_alone && supply_ == Supply::open) return;
  tell("on_epoch_end", &DataSource::on_epoch_end);
}

void BatchFeed::tell(std::string_view what, void (DataSource::*told)()) {
  session_.seams().tracer().source(
      {.told = what, .source = traits_.name, .epoch = session_.epoch()});
  (source_.*told)();
}

}  // namespace trainwreck
