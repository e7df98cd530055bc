#include "engine/combine/worker_source.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "engine/base/errors.h"
#include "engine/sources/array_sequence.h"
#include "engine/sources/array_source.h"
#include "engine/sources/function_source.h"
#include "engine/sources/synthetic_source.h"
#include "tests/engine/sources/support.h"
#include "tests/support/still_executor.h"

namespace trainwreck {
namespace {

using Ids = std::vector<std::int64_t>;
using std::chrono::milliseconds;

// Random access, safe from many threads, with a switch for every fault that a test wants.
class Probe final : public DataSource {
 public:
  explicit Probe(std::int64_t count, bool thread_safe = true)
      : count_(count), thread_safe_(thread_safe) {}

  SourceTraits traits() const override { return {.name = "probe", .thread_safe = thread_safe_}; }
  std::optional<std::int64_t> length() const override { return count_; }
  bool fetch(std::int64_t index, Batch& out) override {
    const int now = ++inside_;
    int most = most_inside.load();
    while (now > most && !most_inside.compare_exchange_weak(most, now)) {
    }
    ++fetched;
    if (index >= count_) check_batch_index("probe", index, count_);
    if (slow) std::this_thread::yield();
    out.x.resize({1, 1});
    out.x[0] = static_cast<float>(index);
    out.id = {0, epoch_, index};
    --inside_;
    if (index == throws_at) throw BadBatch("broken " + std::to_string(index));
    if (index == dies_at) throw Death{"power"};
    return true;
  }
  void on_epoch_begin() override { EXPECT_EQ(inside_, 0); }
  void on_epoch_end() override {
    EXPECT_EQ(inside_, 0);
    fetched_at_end.push_back(fetched);
    ++epoch_;
  }

  std::int64_t throws_at = -1;
  std::int64_t dies_at = -1;
  bool slow = false;
  std::atomic<int> most_inside = 0;
  std::atomic<int> fetched = 0;
  std::vector<int> fetched_at_end;

 private:
  std::int64_t count_;
  bool thread_safe_;
  std::atomic<int> inside_ = 0;
  std::int64_t epoch_ = 0;
};

class WorkerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Executor> executor_ = thread_executor();
};

// Three passes of `source`, the middle one shuffled by the loop's own order of batches.
std::vector<float> three_passes(DataSource& source) {
  std::vector<float> values;
  Batch batch;
  for (std::int64_t number = 0; number < 3; ++number) {
    const Pass pass{.number = number, .seed = 5, .shuffle = number > 0};
    source.start_pass(pass);
    source.on_epoch_begin();
    std::vector<std::int64_t> order(static_cast<std::size_t>(*source.length()));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
    if (pass.shuffle && !source.traits().shuffles_rows) shuffled_order(pass, order);
    for (const std::int64_t index : order) {
      EXPECT_TRUE(source.fetch(index, batch));
      EXPECT_EQ(batch.id.index, index);
      values.insert(values.end(), batch.x.values().begin(), batch.x.values().end());
    }
    source.on_epoch_end();
  }
  return values;
}

TEST_F(WorkerTest, AnyNumberOfWorkersGivesTheSameBits) {
  const auto make_each = [] {
    return std::vector<std::shared_ptr<DataSource>>{
        std::make_shared<SyntheticSource>(linear_problem({}), 41, BatchOptions{.batch_size = 4}),
        std::make_shared<ArraySource>(ArrayData{counting(41), {}, {}}, BatchOptions{4}),
        std::make_shared<ArraySequence>(
            ArrayData{counting(41), {}, {}},
            ArraySequenceOptions{.batches = {4}, .shuffle_on_epoch_end = true}),
        std::make_shared<Probe>(41)};
  };
  const auto plain = make_each();
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const std::vector<float> expected = three_passes(*plain[i]);
    for (const std::int64_t workers : {1, 3, 8}) {
      for (const std::int64_t queue : {1, 7}) {
        WorkerSource source(make_each()[i], *executor_, {.workers = workers, .queue = queue});
        EXPECT_EQ(three_passes(source), expected) << i << ": " << workers << ", " << queue;
      }
    }
  }
}

TEST_F(WorkerTest, AnErrorArrivesWithTheBatchThatHasItAndTheNextOnesStillCome) {
  for (const std::int64_t workers : {1, 4}) {
    const auto probe = std::make_shared<Probe>(20);
    probe->throws_at = 7;
    WorkerSource source(probe, *executor_, {.workers = workers});
    Batch batch;
    for (std::int64_t i = 0; i < 20; ++i) {
      if (i == 7) {
        EXPECT_EQ(error_of<BadBatch>([&] { source.fetch(i, batch); }), "broken 7");
      } else {
        ASSERT_TRUE(source.fetch(i, batch));
        EXPECT_EQ(batch.x[0], static_cast<float>(i));
      }
    }
  }
}

TEST_F(WorkerTest, NothingFurtherIsBegunAfterAnErrorUntilSomebodyAsks) {
  const auto probe = std::make_shared<Probe>(100);
  probe->throws_at = 3;
  WorkerSource source(probe, *executor_, {.workers = 1, .queue = 50});
  Batch batch;
  for (std::int64_t i = 0; i < 3; ++i) source.fetch(i, batch);
  EXPECT_EQ(error_of<BadBatch>([&] { source.fetch(3, batch); }), "broken 3");
  executor_->sleep(milliseconds(2));
  EXPECT_EQ(probe->fetched, 4);
  EXPECT_TRUE(source.fetch(4, batch));
  EXPECT_EQ(batch.x[0], 4.0F);
}

TEST_F(WorkerTest, WhatIsNoStandardExceptionArrivesToo) {
  const auto probe = std::make_shared<Probe>(5);
  probe->dies_at = 1;
  WorkerSource source(probe, *executor_);
  Batch batch;
  source.fetch(0, batch);
  EXPECT_THROW(source.fetch(1, batch), Death);
}

TEST_F(WorkerTest, FetchesAheadNoFurtherThanTheQueueIsLong) {
  const auto probe = std::make_shared<Probe>(100);
  WorkerSource source(probe, *executor_, {.workers = 3, .queue = 5});
  Batch batch;
  source.fetch(0, batch);
  executor_->sleep(milliseconds(2));
  EXPECT_LE(probe->fetched, 6);
  source.stop();
  EXPECT_LE(probe->fetched, 6);
}

TEST_F(WorkerTest, NoWorkerIsLeftWhenAnEpochStopsEarly) {
  const auto probe = std::make_shared<Probe>(100);
  WorkerSource source(probe, *executor_, {.workers = 3, .queue = 5});
  Batch batch;
  source.start_pass({});
  source.on_epoch_begin();
  for (std::int64_t i = 0; i < 4; ++i) source.fetch(i, batch);
  source.on_epoch_end();
  ASSERT_EQ(probe->fetched_at_end.size(), 1U);
  executor_->sleep(milliseconds(2));
  EXPECT_EQ(probe->fetched, probe->fetched_at_end[0]);
  // The next epoch goes on where this one stopped, with data of its own epoch.
  source.on_epoch_begin();
  EXPECT_TRUE(source.fetch(4, batch));
  EXPECT_EQ(batch.id, (BatchId{0, 1, 4}));
}

TEST_F(WorkerTest, CanBeDroppedAtAnyMoment) {
  for (std::int64_t taken = 0; taken < 6; ++taken) {
    const auto probe = std::make_shared<Probe>(100);
    probe->throws_at = 4;
    probe->slow = true;
    WorkerSource source(probe, *executor_, {.workers = 4, .queue = 3});
    Batch batch;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(taken, 4); ++i) source.fetch(i, batch);
  }
}

TEST_F(WorkerTest, ASourceThatIsNotThreadSafeIsNeverEnteredTwice) {
  const auto probe = std::make_shared<Probe>(200, false);
  probe->slow = true;
  WorkerSource source(probe, *executor_, {.workers = 8});
  Batch batch;
  for (std::int64_t i = 0; i < 200; ++i) ASSERT_TRUE(source.fetch(i, batch));
  EXPECT_EQ(probe->most_inside, 1);
}

TEST_F(WorkerTest, ServesAnyOtherOrderToo) {
  WorkerSource source(std::make_shared<Probe>(10), *executor_);
  source.start_pass({.seed = 1, .shuffle = true});
  Batch batch;
  for (const std::int64_t index : {9, 0, 0, 5, 4, 3}) {
    ASSERT_TRUE(source.fetch(index, batch));
    EXPECT_EQ(batch.x[0], static_cast<float>(index));
  }
  EXPECT_EQ(error_of<IndexError>([&] { source.fetch(10, batch); }),
            "probe: there is no batch 10, the source has 10");
  ASSERT_TRUE(source.fetch(1, batch));
  EXPECT_EQ(batch.x[0], 1.0F);
}

TEST_F(WorkerTest, AStreamKeepsItsOrderAndLosesNothingBetweenEpochs) {
  std::int64_t next = 0;
  const auto numbers = from_generator_fn([&next](Batch& out) {
    out.x.resize({1, 1});
    out.x[0] = static_cast<float>(next);
    return next++ < 50;
  });
  WorkerSource source(numbers, *executor_, {.workers = 4, .queue = 7});
  std::vector<float> values;
  Batch batch;
  for (std::int64_t epoch = 0; epoch < 6; ++epoch) {
    source.start_pass({.number = epoch});
    source.on_epoch_begin();
    for (std::int64_t i = 0; i < 9 && source.fetch(i, batch); ++i) values.push_back(batch.x[0]);
    source.on_epoch_end();
  }
  ASSERT_EQ(values.size(), 50U);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], static_cast<float>(i));
  EXPECT_FALSE(source.fetch(9, batch));
  EXPECT_EQ(next, 51);
}

TEST_F(WorkerTest, AWaitThatTakesTooLongNamesSourceAndBatch) {
  std::atomic<bool> open = false;
  const auto stuck = from_sequence_fn(
      4,
      [&](std::int64_t index, Batch& out) {
        while (index == 2 && !open) std::this_thread::yield();
        out.x = Tensor({1, 1}, static_cast<float>(index));
      },
      "stuck");
  testing::StillExecutor executor;
  WorkerSource source(stuck, executor, {.workers = 1, .deadline = milliseconds(5)});
  Batch batch;
  source.fetch(0, batch);
  source.fetch(1, batch);
  executor.let_deadlines_come(true);
  EXPECT_EQ(error_of<Timeout>([&] { source.fetch(2, batch); }),
            "workers(stuck): batch 2 did not arrive within 0.005 s");
  executor.let_deadlines_come(false);
  open = true;
  EXPECT_TRUE(source.fetch(2, batch));
  EXPECT_EQ(batch.x[0], 2.0F);
}

TEST_F(WorkerTest, AnEmptySourceHasNothingToFetch) {
  WorkerSource source(std::make_shared<Probe>(0), *executor_);
  Batch batch;
  EXPECT_EQ(error_of<IndexError>([&] { source.fetch(0, batch); }),
            "probe: there is no batch 0, the source has 0");
}

TEST_F(WorkerTest, ASplitHasWorkersOfItsOwn) {
  WorkerSource source(
      std::make_shared<ArraySource>(ArrayData{counting(10), {}, {}}, BatchOptions{.batch_size = 2}),
      *executor_);
  const auto part = source.split_off(0.4);
  EXPECT_EQ(samples_of_pass(source, {}), (Ids{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(samples_of_pass(*part, {}), (Ids{6, 7, 8, 9}));
}

TEST_F(WorkerTest, RefusesNumbersThatMakeNoSense) {
  const auto probe = std::make_shared<Probe>(1);
  EXPECT_EQ(error_of<ValueError>([&] { WorkerSource(probe, *executor_, {.workers = 0}); }),
            "workers(probe): workers must be in [1, 256], got 0");
  EXPECT_EQ(error_of<ValueError>([&] { WorkerSource(probe, *executor_, {.queue = 0}); }),
            "workers(probe): queue must be in [1, 65536], got 0");
}

TEST(WorkersEntry, WrapsTheSourceItIsGiven) {
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "workers", "workers": 3,
          "from": {"kind": "arrays", "samples": 9, "batch_size": 2}})");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(source->traits().name, "workers(arrays)");
  EXPECT_EQ(rows_of_pass(*source, {}), (Ids{2, 2, 2, 2, 1}));
  builder.build(R"({"kind": "workers"})");
  EXPECT_EQ(builder.complaints(), "/from is missing: the source that it takes from\n");
  builder.build(R"({"kind": "workers", "from": {"kind": "arays"}})");
  EXPECT_EQ(builder.complaints(), "/from/kind \"arays\" is unknown; did you mean \"arrays\"?\n");
}

}  // namespace
}  // namespace trainwreck
