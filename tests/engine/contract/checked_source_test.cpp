#include "engine/contract/checked_source.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/base/errors.h"
#include "engine/sources/array_source.h"
#include "engine/sources/function_source.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using Change = std::function<void(Batch& batch)>;

// Four batches of two rows; `change` spoils the third.
std::shared_ptr<DataSource> spoiled(const Change& change) {
  return from_sequence_fn(
      4,
      [change](std::int64_t index, Batch& out) {
        out.x = Tensor({2, 3}, static_cast<float>(index));
        out.y = Tensor({2, 1}, 1.0F);
        if (index == 2) change(out);
      },
      "mine");
}

// What the third of the batches is refused with.
template <class Expected>
std::string refusal(const Change& change, const CheckOptions& options = {}) {
  CheckedSource source(spoiled(change), options);
  source.start_pass({});
  Batch batch;
  source.fetch(0, batch);
  source.fetch(1, batch);
  return error_of<Expected>([&] { source.fetch(2, batch); });
}

TEST(CheckedSource, LetsGoodBatchesPass) {
  CheckedSource source(std::make_shared<ArraySource>(
                           ArrayData{counting(5), counting(5), Tensor({5}, 1.0F)}, BatchOptions{2}),
                       {.ask_twice = true, .watch_handed_out = true});
  EXPECT_EQ(values_of_pass(source, {}), (std::vector<float>{0, 1, 2, 3, 4}));
  EXPECT_EQ(values_of_pass(source, {.number = 1, .shuffle = true}).size(), 5U);
  EXPECT_EQ(source.traits().name, "checked(arrays)");
}

TEST(CheckedSource, NamesTheBatchAndTheRuleThatItBreaks) {
  EXPECT_EQ(refusal<ShapeError>([](Batch& b) {
              b.y = Tensor({1, 1});
            }),
            "checked(mine): batch 2 breaks rows_agree: expected 2 rows of y, got 1");
  EXPECT_EQ(refusal<ShapeError>([](Batch& b) { b.sample_weight = Tensor({3}); }),
            "checked(mine): batch 2 breaks rows_agree: expected 2 rows of sample_weight, got 3");
  EXPECT_EQ(refusal<BadBatch>([](Batch& b) {
              b.samples = {1, 2, 3};
            }),
            "checked(mine): batch 2 breaks rows_agree: expected 2 names of samples, got 3");
  EXPECT_EQ(refusal<BadBatch>([](Batch& b) { b.x.clear(); }),
            "checked(mine): batch 2 breaks not_empty: expected x, got none");
  EXPECT_EQ(refusal<BadBatch>([](Batch& b) {
              b.x = Tensor({0, 3});
            }),
            "checked(mine): batch 2 breaks not_empty: expected at least one value in x, got shape "
            "(0, 3)");
  EXPECT_EQ(refusal<BadBatch>([](Batch& b) { b.x[4] = NAN; }),
            "checked(mine): batch 2 breaks finite: expected finite numbers in x, got nan in row 1");
  EXPECT_EQ(refusal<BadBatch>([](Batch& b) { b.y[0] = -INFINITY; }),
            "checked(mine): batch 2 breaks finite: expected finite numbers in y, got -inf in row "
            "0");
  EXPECT_EQ(refusal<BadBatch>([](Batch& b) { b.sample_weight = Tensor({2}, -1.0F); }),
            "checked(mine): batch 2 breaks weights_fit: expected weights of at least 0, got -1 in "
            "row 0");
  EXPECT_EQ(refusal<ShapeError>([](Batch& b) {
              b.sample_weight = Tensor({2, 2});
            }),
            "checked(mine): batch 2 breaks weights_fit: expected one weight per row, got shape (2, "
            "2)");
}

TEST(CheckedSource, HoldsAPassAgainstItsFirstBatch) {
  EXPECT_EQ(refusal<ShapeError>([](Batch& b) {
              b.x = Tensor({2, 4});
            }),
            "checked(mine): batch 2 breaks one_shape: expected rows of x of shape (3,), got (4,)");
  EXPECT_EQ(refusal<ShapeError>([](Batch& b) { b.y = Tensor(Shape{2}); }),
            "checked(mine): batch 2 breaks one_rank: expected y of rank 2, got shape (2,)");
  EXPECT_EQ(refusal<BadBatch>([](Batch& b) { b.x.set_dtype(Dtype::float64); }),
            "checked(mine): batch 2 breaks one_dtype: expected x of float32, got float64");
  EXPECT_EQ(refusal<BadBatch>([](Batch& b) { b.y.clear(); }),
            "checked(mine): batch 2 breaks one_dtype: expected y of float32, got none");
  EXPECT_EQ(refusal<BadBatch>([](Batch& b) { b.sample_weight = Tensor({2}, 1.0F); }),
            "checked(mine): batch 2 breaks one_dtype: expected sample_weight of none, got float32");
}

TEST(CheckedSource, ALastBatchMayHaveFewerRows) {
  EXPECT_EQ(refusal<Error>([](Batch& b) {
              b.x = Tensor({1, 3});
              b.y = Tensor({1, 1});
            }),
            "no error");
}

CheckOptions without(Rule rule) {
  CheckOptions options;
  options.contract.without.add(rule);
  return options;
}

TEST(CheckedSource, RulesCanBeSwitchedOff) {
  EXPECT_EQ(refusal<Error>([](Batch& b) { b.x[0] = NAN; }, without(Rule::finite)), "no error");
  EXPECT_EQ(refusal<Error>(
                [](Batch& b) {
                  b.x = Tensor({2, 9});
                },
                without(Rule::one_shape)),
            "no error");
}

TEST(CheckedSource, ASourceThatPromisesMoreThanItHasIsCaught) {
  const auto source = from_sequence_fn(
      3,
      [](std::int64_t index, Batch& out) {
        check_batch_index("inner", index, 2);
        out.x = Tensor({1, 1});
      },
      "mine");
  CheckedSource checked(source);
  Batch batch;
  checked.fetch(1, batch);
  EXPECT_EQ(error_of<BadBatch>([&] { checked.fetch(2, batch); }),
            "checked(mine): batch 2 breaks length_is_honest: expected 3 batches, got 2");
  EXPECT_EQ(error_of<IndexError>([&] { checked.fetch(3, batch); }),
            "mine: there is no batch 3, the source has 3");
}

TEST(CheckedSource, AStreamMustGiveAsManyBatchesAsItSays) {
  const auto stream = [](std::int64_t gives, std::int64_t says) {
    return from_generator_fn(
        [gives, given = std::int64_t{0}](Batch& out) mutable {
          out.x = Tensor({1, 1});
          return given++ < gives;
        },
        says);
  };
  Batch batch;
  CheckedSource fewer(stream(1, 2));
  fewer.fetch(0, batch);
  EXPECT_EQ(error_of<BadBatch>([&] { fewer.fetch(1, batch); }),
            "checked(generator): batch 1 breaks length_is_honest: expected 2 batches, got 1");
  CheckedSource more(stream(3, 1));
  more.fetch(0, batch);
  EXPECT_EQ(error_of<BadBatch>([&] { more.fetch(1, batch); }),
            "checked(generator): batch 1 breaks length_is_honest: expected 1 batch, got at least "
            "2");
  CheckedSource honest(stream(1, 1));
  honest.fetch(0, batch);
  EXPECT_FALSE(honest.fetch(1, batch));
}

TEST(CheckedSource, AskingTwiceFindsASourceThatAnswersDifferently) {
  float counter = 0.0F;
  const auto source = from_sequence_fn(
      2,
      [&counter](std::int64_t, Batch& out) {
        out.x = Tensor({1, 1}, ++counter);
      },
      "mine");
  CheckedSource checked(source, {.ask_twice = true});
  Batch batch;
  EXPECT_EQ(error_of<BadBatch>([&] { checked.fetch(0, batch); }),
            "checked(mine): batch 0 breaks same_when_asked_twice: expected 1 again as value 0 of "
            "x, got 2");
}

TEST(CheckedSource, AskingTwiceTakesNanForNan) {
  const auto source = from_sequence_fn(
      1,
      [](std::int64_t, Batch& out) {
        out.x = Tensor({1, 1}, NAN);
      },
      "mine");
  CheckOptions options = without(Rule::finite);
  options.ask_twice = true;
  CheckedSource checked(source, options);
  Batch batch;
  EXPECT_TRUE(checked.fetch(0, batch));
}

TEST(CheckedSource, SeesABatchThatChangesAfterItWasHandedOut) {
  float* kept = nullptr;
  const auto source = from_sequence_fn(
      3,
      [&kept](std::int64_t index, Batch& out) {
        if (index == 2) *kept = 99.0F;
        out.x = Tensor({1, 1}, static_cast<float>(index));
        kept = out.x.data();
      },
      "mine");
  CheckedSource checked(source, {.watch_handed_out = true});
  Batch batch;
  checked.fetch(0, batch);
  checked.fetch(1, batch);
  EXPECT_EQ(error_of<BadBatch>([&] { checked.fetch(2, batch); }),
            "checked(mine): batch 1 breaks untouched_after_hand_out: expected a batch that its "
            "source leaves alone, got other values in it than when it was handed out");
}

TEST(CheckedSource, KnowsABatchThatIsAskedForAgain) {
  float counter = 0.0F;
  CheckedSource checked(from_sequence_fn(
      2,
      [&counter](std::int64_t, Batch& out) {
        out.x = Tensor({1, 1}, ++counter);
      },
      "mine"));
  Batch batch;
  checked.start_pass({});
  checked.fetch(0, batch);
  EXPECT_EQ(error_of<BadBatch>([&] { checked.fetch(0, batch); }),
            "checked(mine): batch 0 breaks same_when_asked_twice: expected the batch that it was "
            "before, got another one");
  checked.on_epoch_end();
  checked.start_pass({.number = 1});
  EXPECT_TRUE(checked.fetch(0, batch)) << "another epoch may bring other data";
}

TEST(CheckedSource, ItsOwnErrorsPassAsTheyAreAndAreNoted) {
  CheckedSource checked(from_sequence_fn(
      2, [](std::int64_t, Batch&) { throw KeyError("no such file"); }, "mine"));
  Batch batch;
  EXPECT_EQ(error_of<KeyError>([&] { checked.fetch(0, batch); }), "no such file");
  const auto finding = checked.take_finding();
  ASSERT_TRUE(finding.has_value());
  EXPECT_EQ(text_of(finding->broken, finding->batch),
            "batch 0 breaks does_not_throw: expected a batch, got KeyError: no such file");
  EXPECT_FALSE(checked.take_finding().has_value());
}

TEST(CheckedSource, ATooSilentEndAfterAnErrorIsCaught) {
  int asked = 0;
  CheckedSource checked(from_generator_fn([&asked](Batch& out) {
    out.x = Tensor({1, 1});
    if (++asked == 2) throw KeyError("no such file");
    return asked < 2;
  }));
  Batch batch;
  EXPECT_TRUE(checked.fetch(0, batch));
  EXPECT_EQ(error_of<KeyError>([&] { checked.fetch(1, batch); }), "no such file");
  EXPECT_EQ(error_of<BadBatch>([&] { checked.fetch(1, batch); }),
            "checked(generator): batch 1 breaks usable_or_dead: expected a batch or another error "
            "after the error, got the end");
}

TEST(CheckedSource, ASampleThatComesTwiceInAnEpochIsCaught) {
  CheckedSource checked(from_sequence_fn(
      3,
      [](std::int64_t index, Batch& out) {
        out.x = Tensor({2, 1});
        out.samples = {index, index + 1};
      },
      "mine"));
  Batch batch;
  checked.fetch(0, batch);
  EXPECT_EQ(error_of<BadBatch>([&] { checked.fetch(1, batch); }),
            "checked(mine): batch 1 breaks samples_once: expected sample 1 once, got it in row 0 "
            "after row 1 of batch 0");
}

// Batches of one row; each pass has the rows that it is told to have.
std::shared_ptr<DataSource> rows_by_pass(std::vector<std::vector<float>> passes) {
  struct ByPass final : Sequence {
    std::vector<std::vector<float>> passes;
    std::size_t pass = 0;
    SourceTraits traits() const override { return {.name = "mine"}; }
    void start_pass(const Pass& started) override {
      pass = static_cast<std::size_t>(started.number);
    }
    std::int64_t batch_count() const override {
      return static_cast<std::int64_t>(passes[pass].size());
    }
    void batch(std::int64_t index, Batch& out) override {
      out.x = Tensor({1, 1}, passes[pass][static_cast<std::size_t>(index)]);
    }
  };
  const auto source = std::make_shared<ByPass>();
  source->passes = std::move(passes);
  return source;
}

// What a walk through two passes is refused with.
std::string two_passes(CheckedSource& source) {
  return error_of<BadBatch>([&] {
    Batch batch;
    for (std::int64_t pass = 0; pass < 2; ++pass) {
      source.start_pass({.number = pass});
      for (std::int64_t i = 0; i < *source.length(); ++i) source.fetch(i, batch);
    }
  });
}

TEST(CheckedSource, ARowThatStandsTwiceIsABreachWhereTheFirstPassHadEachOnce) {
  CheckedSource twice(rows_by_pass({{1, 2, 3}, {3, 1, 3}}));
  EXPECT_EQ(two_passes(twice),
            "checked(mine): batch 2 breaks rows_once: expected each row once, as in the first "
            "pass, got row 0 as row 0 of batch 0 again");
  CheckedSource another(rows_by_pass({{1, 2, 3}, {3, 4, 1}}));
  EXPECT_EQ(two_passes(another), "no error");
  EXPECT_TRUE(another.contract().looked_at().has(Rule::rows_once));
  CheckedSource equal_rows(rows_by_pass({{1, 2, 1}, {1, 1, 1}}));
  EXPECT_EQ(two_passes(equal_rows), "no error");
  EXPECT_FALSE(equal_rows.contract().looked_at().has(Rule::rows_once)) << "unknown, not kept";
}

TEST(CheckedSource, MoreRowsThanWereDeclaredAreABreach) {
  CheckOptions options;
  options.contract.rows = 3;
  CheckedSource more(rows_by_pass({{1, 2, 3}, {1, 2, 3, 4}}), options);
  EXPECT_EQ(two_passes(more),
            "checked(mine): batch 3 breaks rows_once: expected at most 3 rows in a pass, got 4");
  CheckedSource as_many(rows_by_pass({{1, 2, 3}, {1, 2, 3}}), options);
  EXPECT_EQ(two_passes(as_many), "no error");
}

TEST(CheckedEntry, TellsTheRuleThatIsMeant) {
  DataBuilder builder;
  EXPECT_FALSE(builder.build(
      R"({"kind": "checked", "without": ["finit", "nonsense"], "from": {"kind": "arrays"}})"));
  EXPECT_NE(builder.complaints().find(
                "/without \"finit\" is no rule; did you mean \"finite\"?\n/without \"nonsense\" is "
                "no rule: not_empty, rows_agree"),
            std::string::npos)
      << builder.complaints();
}

TEST(CheckedEntry, WrapsTheSourceItIsGiven) {
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "checked", "ask_twice": true, "from": {"kind": "arrays", "x": [[1], ["nan"]],
          "batch_size": 1}})");
  ASSERT_TRUE(source) << builder.complaints();
  Batch batch;
  source->fetch(0, batch);
  EXPECT_EQ(error_of<BadBatch>([&] { source->fetch(1, batch); }),
            "checked(arrays): batch 1 breaks finite: expected finite numbers in x, got nan in row "
            "0");
}

}  // namespace
}  // namespace trainwreck
