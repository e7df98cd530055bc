#include "engine/sources/check_data.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/base/errors.h"
#include "engine/sources/array_source.h"
#include "engine/sources/function_source.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

TEST(CheckData, FindsNothingInAGoodSource) {
  const auto arrays =
      std::make_shared<ArraySource>(ArrayData{counting(50), counting(50), {}}, BatchOptions{8});
  const CheckReport report = check_data(arrays);
  EXPECT_TRUE(report.findings.empty());
  EXPECT_TRUE(report.complete);
  EXPECT_EQ(report.batches, 14);
}

TEST(CheckData, ListsEveryBatchThatBreaksARule) {
  const auto source = from_sequence_fn(5, [](std::int64_t index, Batch& out) {
    out.x = Tensor({1, 1}, index == 1 ? NAN : 1.0F);
    if (index == 3) throw KeyError("no such file");
  });
  const CheckReport report = check_data(source, {.passes = 1, .shuffle = false});
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_EQ(report.findings[0].batch, 1);
  EXPECT_EQ(report.findings[0].broken.rule, "finite");
  EXPECT_EQ(text_of(report.findings[1].broken, report.findings[1].batch),
            "batch 3 breaks does_not_throw: expected a batch, got KeyError: no such file");
}

// Says that it can begin again and does not; may go on after its end.
class OddStream final : public DataSource {
 public:
  explicit OddStream(bool comes_back) : comes_back_(comes_back) {}
  SourceTraits traits() const override { return {.name = "odd", .access = Access::stream}; }
  std::optional<std::int64_t> length() const override { return std::nullopt; }
  bool fetch(std::int64_t /*index*/, Batch& out) override {
    out.x = Tensor({1, 1});
    ++asked_;
    return asked_ < 3 || (comes_back_ && asked_ > 3);
  }

 private:
  bool comes_back_;
  int asked_ = 0;
};

TEST(CheckData, KnowsStreamsThatDoNotEndOrDoNotBeginAgain) {
  const CheckReport back = check_data(std::make_shared<OddStream>(true), {.passes = 1});
  ASSERT_EQ(back.findings.size(), 1U);
  EXPECT_EQ(back.findings[0].broken.rule, "stays_exhausted");
  const CheckReport gone = check_data(std::make_shared<OddStream>(false));
  ASSERT_EQ(gone.findings.size(), 1U);
  EXPECT_EQ(text_of(gone.findings[0].broken, gone.findings[0].batch),
            "batch 0 breaks replays: expected 2 batches as in pass 0, got 0");
}

class Careless final : public DataSource {
 public:
  SourceTraits traits() const override { return {.name = "careless"}; }
  std::optional<std::int64_t> length() const override { return 2; }
  bool fetch(std::int64_t /*index*/, Batch& out) override {
    out.x = Tensor({1, 1});
    return true;
  }
};

TEST(CheckData, KnowsASourceThatGivesBatchesBeyondItsEnd) {
  const CheckReport report = check_data(std::make_shared<Careless>(), {.passes = 1});
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(text_of(report.findings[0].broken, report.findings[0].batch),
            "batch 2 breaks index_is_checked: expected IndexError, got a batch");
}

TEST(CheckData, GivesUpAfterEnoughFindings) {
  const auto source = from_sequence_fn(500, [](std::int64_t, Batch&) {});
  const CheckReport report = check_data(source, {.findings = 3});
  EXPECT_EQ(report.findings.size(), 3U);
  EXPECT_FALSE(report.complete);
}

TEST(CheckData, LooksAtTheBeginningOfWhatIsTooLong) {
  const auto source = from_generator_fn([](Batch& out) {
    out.x = Tensor({1, 1});
    return true;
  });
  const CheckReport report = check_data(source, {.passes = 1, .batches = 7});
  EXPECT_TRUE(report.findings.empty());
  EXPECT_FALSE(report.complete);
  EXPECT_EQ(report.batches, 7);
}

}  // namespace
}  // namespace trainwreck
