#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/errors.h"
#include "tests/engine/sources/support.h"
#include "trainwreck/data.h"

namespace trainwreck {
namespace {

class Numbers final : public Sequence {
 public:
  explicit Numbers(std::int64_t count) : count_(count) {}
  std::int64_t batch_count() const override { return count_; }
  void batch(std::int64_t index, Batch& out) override {
    out.x.resize({1, 1});
    out.x[0] = static_cast<float>(index);
  }

 private:
  std::int64_t count_;
};

class Few final : public Generator {
 public:
  bool next(Batch& out) override {
    ++asked;
    if (asked > 2) return false;
    out.x.resize({1, 1});
    out.x[0] = static_cast<float>(asked);
    return true;
  }
  std::int64_t asked = 0;
};

TEST(Sequence, NamesItsBatchesByItsOwnEpoch) {
  Numbers numbers(3);
  Batch batch;
  EXPECT_TRUE(numbers.fetch(2, batch));
  EXPECT_EQ(batch.id, (BatchId{0, 0, 2}));
  EXPECT_EQ(batch.x[0], 2.0F);
  numbers.on_epoch_end();
  numbers.on_epoch_end();
  numbers.fetch(0, batch);
  EXPECT_EQ(batch.id, (BatchId{0, 2, 0}));
}

TEST(Sequence, RefusesAnIndexBeyondItsEnd) {
  Numbers numbers(3);
  Batch batch;
  EXPECT_EQ(error_of<IndexError>([&] { numbers.fetch(3, batch); }),
            "sequence: there is no batch 3, the source has 3");
  EXPECT_EQ(error_of<IndexError>([&] { numbers.fetch(-1, batch); }),
            "sequence: there is no batch -1, the source has 3");
}

TEST(Sequence, LeavesNothingOfTheBatchBefore) {
  Numbers numbers(3);
  Batch batch;
  batch.y = Tensor({1, 1}, 9.0F);
  batch.sample_weight = Tensor({1}, 9.0F);
  batch.samples = {7};
  numbers.fetch(0, batch);
  EXPECT_FALSE(batch.y.present());
  EXPECT_FALSE(batch.sample_weight.present());
  EXPECT_TRUE(batch.samples.empty());
}

TEST(Generator, IsNotAskedAgainOnceItIsExhausted) {
  Few few;
  Batch batch;
  EXPECT_TRUE(few.fetch(0, batch));
  EXPECT_EQ(batch.id, (BatchId{0, 0, 0}));
  EXPECT_TRUE(few.fetch(1, batch));
  EXPECT_EQ(batch.id, (BatchId{0, 0, 1}));
  EXPECT_FALSE(few.fetch(2, batch));
  EXPECT_FALSE(few.fetch(3, batch));
  few.start_pass({.number = 1});
  EXPECT_FALSE(few.fetch(0, batch));
  EXPECT_EQ(few.asked, 3);
}

TEST(Generator, HasEndedOnceItHasThrown) {
  struct Failing final : Generator {
    bool next(Batch&) override {
      ++asked;
      throw IndexError("gone");
    }
    int asked = 0;
  } failing;
  Batch batch;
  EXPECT_EQ(error_of<IndexError>([&] { failing.fetch(0, batch); }), "gone");
  EXPECT_FALSE(failing.fetch(0, batch));
  EXPECT_EQ(failing.asked, 1);
}

TEST(DataSource, CannotBeSplitUnlessItSaysHow) {
  Few few;
  EXPECT_EQ(error_of<ValueError>([&] { few.split_off(0.5); }),
            "generator: its samples cannot be split, give validation data of its own instead");
}

TEST(ShuffledOrder, DependsOnTheSeedAndTheNumberOfThePassAlone) {
  const auto order_of = [](const Pass& pass) {
    std::vector<std::int64_t> order(20);
    shuffled_order(pass, order);
    return order;
  };
  EXPECT_EQ(order_of({1, 7, true}), order_of({1, 7, false}));
  EXPECT_NE(order_of({1, 7, true}), order_of({2, 7, true}));
  EXPECT_NE(order_of({1, 7, true}), order_of({1, 8, true}));
}

}  // namespace
}  // namespace trainwreck
