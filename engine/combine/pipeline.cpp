#include "engine/combine/pipeline.h"

#include <fmt/format.h>

#include <utility>

#include "engine/base/errors.h"
#include "engine/combine/stage.h"
#include "engine/sources/array_source.h"

namespace trainwreck {

namespace {

// A generator that can begin again.
class Replay final : public DataSource {
 public:
  explicit Replay(std::function<std::function<bool(Batch&)>()> begin) : begin_(std::move(begin)) {}
  SourceTraits traits() const override { return {.name = "generator", .access = Access::stream}; }
  std::optional<std::int64_t> length() const override { return std::nullopt; }
  void start_pass(const Pass& /*pass*/) override { next_ = begin_(); }
  bool fetch(std::int64_t /*index*/, Batch& out) override {
    out.y.clear();
    out.sample_weight.clear();
    out.samples.clear();
    if (!next_) next_ = begin_();
    return next_(out);
  }

 private:
  std::function<std::function<bool(Batch&)>()> begin_;
  std::function<bool(Batch&)> next_;
};

class PipelineSource final : public DataSource {
 public:
  PipelineSource(std::unique_ptr<Stage> last, std::string name)
      : last_(std::move(last)), name_(std::move(name)) {}

  SourceTraits traits() const override {
    return {.name = name_, .access = Access::stream, .replayable = last_->replayable()};
  }
  std::optional<std::int64_t> length() const override { return last_->extent().elements; }
  void start_pass(const Pass& pass) override {
    if (started_ && !last_->replayable()) return;
    started_ = true;
    pass_ = pass.number;
    given_ = 0;
    over_ = false;
    last_->start(pass);
  }
  bool fetch(std::int64_t /*index*/, Batch& out) override {
    if (!started_) start_pass({});
    if (over_ || !last_->next(out)) {
      over_ = true;
      return false;
    }
    out.id = {.source = 0, .epoch = pass_, .index = given_++};
    return true;
  }
  void on_epoch_begin() override { last_->epoch_begin(); }
  void on_epoch_end() override { last_->epoch_end(); }

 private:
  std::unique_ptr<Stage> last_;
  std::string name_;
  bool started_ = false;
  bool over_ = false;
  std::int64_t pass_ = 0;
  std::int64_t given_ = 0;
};

}  // namespace

Pipeline::Pipeline(std::unique_ptr<Stage> last) : last_(std::move(last)) {}
Pipeline::Pipeline(Pipeline&&) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&&) noexcept = default;
Pipeline::~Pipeline() = default;

Pipeline Pipeline::from_arrays(Tensor x, Tensor y, Tensor sample_weight) {
  ArrayData data{std::move(x), std::move(y), std::move(sample_weight)};
  const std::int64_t rows = data.x.present() ? data.x.rows() : 0;
  auto rows_one_by_one =
      std::make_shared<ArraySource>(std::move(data), BatchOptions{.batch_size = 1});
  return Pipeline(std::make_unique<SourceStage>(std::move(rows_one_by_one), rows));
}

Pipeline Pipeline::from_source(std::shared_ptr<DataSource> source) {
  return Pipeline(std::make_unique<SourceStage>(std::move(source), std::nullopt));
}

Pipeline Pipeline::from_generator(std::function<std::function<bool(Batch&)>()> begin) {
  return from_source(std::make_shared<Replay>(std::move(begin)));
}

void Pipeline::need(bool holds, const char* stage, const char* rule, std::int64_t got) const {
  if (last_ == nullptr) throw StateError("pipeline: its source has been made already");
  if (!holds) throw ValueError(fmt::format("pipeline: {} {}, got {}", stage, rule, got));
  if (padding_ && stage != std::string_view("batch")) {
    throw ValueError(fmt::format("pipeline: pad must be followed by batch, not by {}", stage));
  }
}

template <class Next, class... Arguments>
Pipeline& Pipeline::then(Arguments&&... arguments) {
  last_ = std::make_unique<Next>(std::move(last_), std::forward<Arguments>(arguments)...);
  ++stages_;
  return *this;
}

Pipeline& Pipeline::map(Map map) {
  need(true, "map", "", 0);
  return then<MapStage>(std::move(map));
}

Pipeline& Pipeline::map(std::function<void(Batch&)> map) {
  need(true, "map", "", 0);
  return then<MapStage>(
      [map = std::move(map)](Batch& batch, const Element& /*element*/) { map(batch); });
}

Pipeline& Pipeline::shuffle(std::int64_t buffer) {
  need(buffer >= 1 && buffer <= (1 << 28), "shuffle", "needs a buffer of 1 to 2^28", buffer);
  return then<ShuffleStage>(buffer, stages_ + 1);
}

Pipeline& Pipeline::pad(const Padding& padding) {
  need(true, "pad", "", 0);
  padding_ = padding;
  return *this;
}

Pipeline& Pipeline::batch(std::int64_t rows, bool drop_last) {
  need(rows >= 1, "batch", "needs at least 1 row", rows);
  return then<BatchStage>(rows, drop_last, std::exchange(padding_, std::nullopt));
}

Pipeline& Pipeline::repeat(std::int64_t times) {
  need(times >= 0 && times <= (1 << 30), "repeat", "needs 0 to 2^30 times", times);
  return then<RepeatStage>(times);
}

Pipeline& Pipeline::repeat_forever() {
  need(true, "repeat", "", 0);
  return then<RepeatStage>(std::nullopt);
}

Pipeline& Pipeline::take(std::int64_t elements) {
  need(elements >= 0, "take", "needs at least 0 elements", elements);
  return then<TakeStage>(elements);
}

Pipeline& Pipeline::skip(std::int64_t elements) {
  need(elements >= 0, "skip", "needs at least 0 elements", elements);
  return then<SkipStage>(elements);
}

Pipeline& Pipeline::prefetch(Executor& executor, std::int64_t ahead, Executor::Deadline deadline) {
  need(ahead >= 1 && ahead <= 65536, "prefetch", "needs room for 1 to 65536 elements", ahead);
  return then<PrefetchStage>(executor, ahead, deadline);
}

std::shared_ptr<DataSource> Pipeline::source(std::string name) {
  need(true, "the end", "", 0);
  return std::make_shared<PipelineSource>(std::move(last_), std::move(name));
}

}  // namespace trainwreck
