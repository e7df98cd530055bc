#include "engine/combine/worker_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/text.h"

namespace trainwreck {

namespace {

WorkerOptions checked(const WorkerOptions& options, const std::string& name) {
  if (options.workers < 1 || options.workers > 256) {
    throw ValueError(
        fmt::format("workers({}): workers must be in [1, 256], got {}", name, options.workers));
  }
  if (options.queue < 1 || options.queue > 65536) {
    throw ValueError(
        fmt::format("workers({}): queue must be in [1, 65536], got {}", name, options.queue));
  }
  return options;
}

OrderedFetcher::Options fetcher_options(const WorkerOptions& options, const SourceTraits& traits) {
  const bool side_by_side = traits.access == Access::random && traits.thread_safe;
  return {.name = "data worker",
          .tasks = side_by_side ? options.workers : 1,
          .ahead = options.queue,
          .side_by_side = side_by_side};
}

}  // namespace

WorkerSource::WorkerSource(std::shared_ptr<DataSource> source, Executor& executor,
                           WorkerOptions options, const std::string& name)
    : source_(std::move(source)),
      name_(name.empty() ? "workers(" + source_->traits().name + ")" : name),
      executor_(executor),
      options_(checked(options, source_->traits().name)),
      traits_(source_->traits()),
      length_(source_->length()),
      fetcher_(executor, fetcher_options(options_, traits_),
               [this](std::int64_t position, Batch& out) {
                 const auto at = static_cast<std::size_t>(position);
                 return source_->fetch(order_.empty() ? position : order_[at], out);
               }) {
  go_on_at(0);
}

SourceTraits WorkerSource::traits() const {
  SourceTraits traits = traits_;
  traits.name = name_;
  traits.thread_safe = false;
  return traits;
}

// What was fetched ahead may be stale. A stream keeps it: it would be lost.
void WorkerSource::go_on_at(std::int64_t position) {
  length_ = source_->length();
  if (!random()) return;
  std::optional<std::int64_t> end = length_;
  if (!order_.empty()) end = std::min(*end, static_cast<std::int64_t>(order_.size()));
  fetcher_.restart(position, end);
}

void WorkerSource::start_pass(const Pass& pass) {
  fetcher_.halt();
  source_->start_pass(pass);
  order_.clear();
  if (!random() && traits_.replayable) fetcher_.restart(0, std::nullopt);
  go_on_at(0);
  if (!random() || !pass.shuffle || traits_.shuffles_rows || !length_) return;
  order_.resize(static_cast<std::size_t>(*length_));
  shuffled_order(pass, order_);
}

void WorkerSource::settle_batch_size(std::optional<std::int64_t> steps, ZeroBatchSize zero) {
  fetcher_.halt();
  source_->settle_batch_size(steps, zero);
  go_on_at(0);
}

// Moves to where `index` stands in the order. False: nowhere, the source has changed its length.
bool WorkerSource::follow(std::int64_t index) {
  if (index < 0 || (length_ && index >= *length_)) return false;
  std::int64_t at = index;
  if (!order_.empty()) {
    const auto next = static_cast<std::size_t>(fetcher_.position());
    if (next < order_.size() && order_[next] == index) return true;
    const auto found = std::find(order_.begin(), order_.end(), index);
    if (found == order_.end()) return false;
    at = found - order_.begin();
  }
  if (at != fetcher_.position()) go_on_at(at);
  return true;
}

bool WorkerSource::fetch(std::int64_t index, Batch& out) {
  if (random() && !follow(index)) {
    fetcher_.halt();
    return source_->fetch(index, out);  // which has its own words for that
  }
  switch (fetcher_.take(out, options_.deadline)) {
    case OrderedFetcher::Taken::item:
      return true;
    case OrderedFetcher::Taken::end:
      return false;
    case OrderedFetcher::Taken::late:
      break;
  }
  const double seconds = std::chrono::duration<double>(*options_.deadline).count();
  throw Timeout(
      fmt::format("{}: batch {} did not arrive within {} s", name_, index, number_text(seconds)));
}

void WorkerSource::on_epoch_begin() {
  fetcher_.halt();
  source_->on_epoch_begin();
  go_on_at(fetcher_.position());
}

void WorkerSource::on_epoch_end() {
  fetcher_.halt();
  source_->on_epoch_end();
  go_on_at(fetcher_.position());
}

std::shared_ptr<DataSource> WorkerSource::split_off(double fraction) {
  fetcher_.halt();
  auto part = std::make_shared<WorkerSource>(source_->split_off(fraction), executor_, options_);
  order_.clear();
  go_on_at(0);
  return part;
}

void WorkerSource::rejoin() {
  fetcher_.halt();
  source_->rejoin();
  order_.clear();
  go_on_at(0);
}

}  // namespace trainwreck
