#include "engine/combine/stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/random.h"
#include "engine/base/text.h"

namespace trainwreck {

SourceStage::SourceStage(std::shared_ptr<DataSource> source, std::optional<std::int64_t> rows)
    : Stage(nullptr), source_(std::move(source)), rows_(rows) {}

void SourceStage::start(const Pass& pass) {
  index_ = 0;
  source_->start_pass({.number = pass.number, .seed = pass.seed, .shuffle = false});
}

bool SourceStage::next(Batch& out) {
  const SourceTraits traits = source_->traits();
  if (traits.access == Access::random && index_ >= source_->length().value_or(index_)) return false;
  return source_->fetch(index_++, out);
}

MapStage::MapStage(std::unique_ptr<Stage> from, Pipeline::Map map)
    : Stage(std::move(from)), map_(std::move(map)) {}

void MapStage::start(const Pass& pass) {
  Stage::start(pass);
  element_ = {.pass = pass, .index = 0};
}

bool MapStage::next(Batch& out) {
  if (!from_->next(out)) return false;
  map_(out, element_);
  ++element_.index;
  return true;
}

ShuffleStage::ShuffleStage(std::unique_ptr<Stage> from, std::int64_t buffer, std::int64_t place)
    : Stage(std::move(from)), buffer_(static_cast<std::size_t>(buffer)), place_(place) {}

void ShuffleStage::start(const Pass& pass) {
  Stage::start(pass);
  pass_ = pass;
  filled_ = 0;
  dry_ = false;
  drawn_ = 0;
}

bool ShuffleStage::next(Batch& out) {
  while (!dry_ && filled_ < buffer_.size()) {
    if (from_->next(buffer_[filled_])) {
      ++filled_;
    } else {
      dry_ = true;
    }
  }
  if (filled_ == 0) return false;
  const Random random(pass_.seed, Purpose::shuffle, pass_.number, place_);
  const auto chosen = static_cast<std::size_t>(random.below(drawn_++, filled_));
  std::swap(out, buffer_[chosen]);
  std::swap(buffer_[chosen], buffer_[--filled_]);
  return true;
}

BatchStage::BatchStage(std::unique_ptr<Stage> from, std::int64_t size, bool drop_last,
                       std::optional<Padding> padding)
    : Stage(std::move(from)),
      size_(size),
      drop_last_(drop_last),
      padding_(padding),
      x_("pipeline: x"),
      y_("pipeline: y"),
      weight_("pipeline: sample_weight") {}

void BatchStage::start(const Pass& pass) {
  Stage::start(pass);
  element_.x.clear();
  row_ = 0;
  clear();
}

void BatchStage::clear() {
  x_.clear();
  y_.clear();
  weight_.clear();
  samples_.clear();
}

bool BatchStage::has_row() {
  while (!element_.x.present() || row_ >= element_.x.rows()) {
    row_ = 0;
    if (from_->next(element_)) continue;
    element_.x.clear();
    return false;
  }
  return true;
}

void BatchStage::add_row() {
  const std::int64_t row = row_++;
  const auto add = [&](RowCollector& rows, const Tensor& tensor) {
    if (!tensor.present()) return;
    if (row >= tensor.rows()) {
      throw ShapeError(fmt::format("pipeline: an element has {} rows in x, {} elsewhere",
                                   element_.x.rows(), tensor.rows()));
    }
    rows.add(tensor.row(row), tensor.shape().without_rows());
  };
  add(x_, element_.x);
  add(y_, element_.y);
  add(weight_, element_.sample_weight);
  if (static_cast<std::int64_t>(element_.samples.size()) == element_.x.rows()) {
    samples_.push_back(element_.samples[static_cast<std::size_t>(row)]);
  }
}

// An error from above leaves the rows that are here already for the next call.
bool BatchStage::next(Batch& out) {
  while (x_.rows() < size_ && has_row()) add_row();
  if (x_.rows() == 0 || (drop_last_ && x_.rows() < size_)) return false;
  try {
    finish(out);
  } catch (...) {
    clear();
    throw;
  }
  clear();
  return true;
}

void BatchStage::finish(Batch& out) {
  const auto check = [this](const char* what, const RowCollector& rows) {
    if (rows.rows() == 0 || rows.rows() == x_.rows()) return;
    throw ShapeError(fmt::format("pipeline: {} of the {} rows of a batch have {}", rows.rows(),
                                 x_.rows(), what));
  };
  check("y", y_);
  check("sample_weight", weight_);
  x_.finish(padding_, out.x);
  y_.finish(std::nullopt, out.y);
  weight_.finish(std::nullopt, out.sample_weight);
  const bool known = static_cast<std::int64_t>(samples_.size()) == x_.rows();
  out.samples.assign(samples_.begin(), known ? samples_.end() : samples_.begin());
}

Stage::Extent BatchStage::extent() const {
  const std::optional<std::int64_t> rows = from_->extent().rows;
  if (!rows) return {};
  const std::int64_t full = *rows / size_;
  if (drop_last_ || *rows % size_ == 0) return {full, full * size_};
  return {full + 1, rows};
}

RepeatStage::RepeatStage(std::unique_ptr<Stage> from, std::optional<std::int64_t> times)
    : Stage(std::move(from)), times_(times) {}

void RepeatStage::start(const Pass& pass) {
  pass_ = pass;
  round_ = 0;
  start_round();
}

// Each round is a pass of its own to what it repeats, with a number that no other round of any pass
// has.
void RepeatStage::start_round() {
  constexpr std::int64_t kRoundsOfEndless = std::int64_t{1} << 32;
  Pass pass = pass_;
  pass.number = pass_.number * times_.value_or(kRoundsOfEndless) + round_;
  from_->start(pass);
  gave_ = false;
}

bool RepeatStage::next(Batch& out) {
  while (!times_ || round_ < *times_) {
    if (from_->next(out)) return gave_ = true;
    // What gives nothing once gives nothing for ever.
    if (!gave_) return false;
    ++round_;
    if (!times_ || round_ < *times_) start_round();
  }
  return false;
}

Stage::Extent RepeatStage::extent() const {
  Extent extent = from_->extent();
  if (!times_) return {extent.elements == 0 ? extent.elements : std::nullopt, std::nullopt};
  if (extent.elements) extent.elements = *extent.elements * *times_;
  if (extent.rows) extent.rows = *extent.rows * *times_;
  return extent;
}

void TakeStage::start(const Pass& pass) {
  Stage::start(pass);
  given_ = 0;
}

bool TakeStage::next(Batch& out) {
  if (given_ >= most_ || !from_->next(out)) return false;
  ++given_;
  return true;
}

// Rows can be told only while each element is one.
Stage::Extent TakeStage::extent() const {
  const Extent all = from_->extent();
  if (!all.elements) return {};
  const std::int64_t elements = std::min(*all.elements, most_);
  if (all.rows == all.elements) return {elements, elements};
  return {elements, std::nullopt};
}

void SkipStage::start(const Pass& pass) {
  Stage::start(pass);
  skipped_ = 0;
}

bool SkipStage::next(Batch& out) {
  for (; skipped_ < count_; ++skipped_) {
    if (!from_->next(out)) return false;
  }
  return from_->next(out);
}

Stage::Extent SkipStage::extent() const {
  const Extent all = from_->extent();
  if (!all.elements) return {};
  const std::int64_t elements = std::max<std::int64_t>(*all.elements - count_, 0);
  if (all.rows == all.elements) return {elements, elements};
  return {elements, std::nullopt};
}

PrefetchStage::PrefetchStage(std::unique_ptr<Stage> from, Executor& executor, std::int64_t ahead,
                             Executor::Deadline deadline)
    : Stage(std::move(from)),
      deadline_(deadline),
      extent_(from_->extent()),
      fetcher_(executor, {.name = "prefetch", .tasks = 1, .ahead = ahead},
               [this](std::int64_t /*position*/, Batch& out) { return from_->next(out); }) {}

void PrefetchStage::start(const Pass& pass) {
  fetcher_.restart(0, std::nullopt);
  Stage::start(pass);
  extent_ = from_->extent();
}

bool PrefetchStage::next(Batch& out) {
  const OrderedFetcher::Taken taken = fetcher_.take(out, deadline_);
  if (taken != OrderedFetcher::Taken::late) return taken == OrderedFetcher::Taken::item;
  throw Timeout(fmt::format("pipeline: element {} did not arrive at prefetch within {} s",
                            fetcher_.position(),
                            number_text(std::chrono::duration<double>(*deadline_).count())));
}

void PrefetchStage::epoch_begin() {
  fetcher_.halt();
  Stage::epoch_begin();
  extent_ = from_->extent();
}

void PrefetchStage::epoch_end() {
  fetcher_.halt();
  Stage::epoch_end();
  extent_ = from_->extent();
}

}  // namespace trainwreck
