#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/combine/ordered_fetcher.h"
#include "engine/combine/padding.h"
#include "engine/combine/pipeline.h"
#include "trainwreck/data.h"

namespace trainwreck {

// One step of a pipeline. It pulls elements (batches, often of one row) from the stage above it.
// What a stage gives depends on the pass and on its elements alone.
class Stage {
 public:
  // How much a pass gives, where known.
  struct Extent {
    std::optional<std::int64_t> elements;
    std::optional<std::int64_t> rows;
  };

  explicit Stage(std::unique_ptr<Stage> from) : from_(std::move(from)) {}
  virtual ~Stage() = default;
  virtual void start(const Pass& pass) { from_->start(pass); }
  // The next element; false: there are no more in this pass.
  virtual bool next(Batch& out) = 0;
  virtual Extent extent() const { return from_->extent(); }
  virtual bool replayable() const { return from_->replayable(); }
  virtual void epoch_begin() { from_->epoch_begin(); }
  virtual void epoch_end() { from_->epoch_end(); }

 protected:
  std::unique_ptr<Stage> from_;
};

// The beginning: another source, batch by batch, in its own order.
class SourceStage final : public Stage {
 public:
  SourceStage(std::shared_ptr<DataSource> source, std::optional<std::int64_t> rows);
  void start(const Pass& pass) override;
  bool next(Batch& out) override;
  Extent extent() const override { return {source_->length(), rows_}; }
  bool replayable() const override { return source_->traits().replayable; }
  void epoch_begin() override { source_->on_epoch_begin(); }
  void epoch_end() override { source_->on_epoch_end(); }

 private:
  std::shared_ptr<DataSource> source_;
  std::optional<std::int64_t> rows_;
  std::int64_t index_ = 0;
};

class MapStage final : public Stage {
 public:
  MapStage(std::unique_ptr<Stage> from, Pipeline::Map map);
  void start(const Pass& pass) override;
  bool next(Batch& out) override;

 private:
  Pipeline::Map map_;
  Pipeline::Element element_;
};

// Keeps a buffer of elements and gives a random one of them.
class ShuffleStage final : public Stage {
 public:
  // `place` keeps the choices of two shuffles in one pipeline apart.
  ShuffleStage(std::unique_ptr<Stage> from, std::int64_t buffer, std::int64_t place);
  void start(const Pass& pass) override;
  bool next(Batch& out) override;

 private:
  std::vector<Batch> buffer_;
  std::size_t filled_ = 0;
  bool dry_ = false;
  std::int64_t place_;
  Pass pass_;
  std::uint64_t drawn_ = 0;
};

// Puts rows together to batches of one size, however many rows the elements have.
class BatchStage final : public Stage {
 public:
  BatchStage(std::unique_ptr<Stage> from, std::int64_t size, bool drop_last,
             std::optional<Padding> padding);
  void start(const Pass& pass) override;
  bool next(Batch& out) override;
  Extent extent() const override;

 private:
  void clear();
  bool has_row();
  void add_row();
  void finish(Batch& out);

  std::int64_t size_;
  bool drop_last_;
  std::optional<Padding> padding_;
  Batch element_;
  std::int64_t row_ = 0;  // the next one of the element
  RowCollector x_, y_, weight_;
  std::vector<std::int64_t> samples_;
};

class RepeatStage final : public Stage {
 public:
  RepeatStage(std::unique_ptr<Stage> from, std::optional<std::int64_t> times);
  void start(const Pass& pass) override;
  bool next(Batch& out) override;
  Extent extent() const override;

 private:
  void start_round();

  std::optional<std::int64_t> times_;
  Pass pass_;
  std::int64_t round_ = 0;
  bool gave_ = false;  // in this round
};

class TakeStage final : public Stage {
 public:
  TakeStage(std::unique_ptr<Stage> from, std::int64_t most) : Stage(std::move(from)), most_(most) {}
  void start(const Pass& pass) override;
  bool next(Batch& out) override;
  Extent extent() const override;

 private:
  std::int64_t most_;
  std::int64_t given_ = 0;
};

class SkipStage final : public Stage {
 public:
  SkipStage(std::unique_ptr<Stage> from, std::int64_t count)
      : Stage(std::move(from)), count_(count) {}
  void start(const Pass& pass) override;
  bool next(Batch& out) override;
  Extent extent() const override;

 private:
  std::int64_t count_;
  std::int64_t skipped_ = 0;
};

// Runs everything above it ahead on a task of its own.
class PrefetchStage final : public Stage {
 public:
  PrefetchStage(std::unique_ptr<Stage> from, Executor& executor, std::int64_t ahead,
                Executor::Deadline deadline);
  void start(const Pass& pass) override;
  bool next(Batch& out) override;
  Extent extent() const override { return extent_; }
  void epoch_begin() override;
  void epoch_end() override;

 private:
  Executor::Deadline deadline_;
  Extent extent_;
  OrderedFetcher fetcher_;
};

}  // namespace trainwreck
