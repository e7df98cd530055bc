// Method: a source whose batches say which they are, honestly or not, is dealt out by a feed.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/base/errors.h"
#include "engine/loop/loop_state.h"
#include "engine/trainer/batch_feed.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

// Gives batches with these numbers, whatever it is asked for.
class Numbered final : public DataSource {
 public:
  Numbered(SourceTraits traits, std::vector<std::int64_t> numbers)
      : traits_(std::move(traits)), numbers_(std::move(numbers)) {}
  SourceTraits traits() const override { return traits_; }
  std::optional<std::int64_t> length() const override {
    return static_cast<std::int64_t>(numbers_.size());
  }
  void start_pass(const Pass&) override {
    if (traits_.replayable) next_ = 0;
  }
  bool fetch(std::int64_t, Batch& out) override {
    out = marker_batch(0);
    const std::int64_t number = numbers_[next_++ % numbers_.size()];
    if (number >= 0) out.id = {.source = 0, .epoch = 0, .index = number};
    return true;
  }

 private:
  SourceTraits traits_;
  std::vector<std::int64_t> numbers_;
  std::size_t next_ = 0;
};

const SourceTraits kRandom{.name = "numbered"};
const SourceTraits kStream{.name = "numbered", .access = Access::stream};

// How many batches of an epoch come, or what is said against one.
std::string dealt_of(Numbered source, Policy policy = hardened()) {
  Scene scene(policy);
  LoopState state(*scene.model, policy, scene.seams());
  Session& session = state.session;
  BatchFeed feed(source, {}, session);
  try {
    feed.begin_epoch();
    int count = 0;
    while (feed.next() != nullptr) ++count;
    return std::to_string(count) + " batches";
  } catch (const BadBatch& error) {
    const std::string text = error.what();
    return text.substr(0, text.find(';'));
  }
}

TEST(FeedIdentity, ARandomSourceMustGiveWhatItWasAskedFor) {
  EXPECT_EQ(dealt_of({kRandom, {0, 1, 2}}), "3 batches");
  EXPECT_EQ(dealt_of({kRandom, {0, 0, 2}}), "numbered was to give batch 1 and gave batch 0");
  EXPECT_EQ(dealt_of({kRandom, {0, 2, 1}}), "numbered was to give batch 1 and gave batch 2");
  EXPECT_EQ(dealt_of({kRandom, {0, 0, 2}}, keras()), "3 batches") << "Keras looks at no number";
}

TEST(FeedIdentity, AStreamCountsOnFromWhereItIs) {
  EXPECT_EQ(dealt_of({kStream, {7, 8, 9}}), "3 batches");
  EXPECT_EQ(dealt_of({kStream, {7, 8, 8}}), "numbered was to give batch 9 and gave batch 8");
  EXPECT_EQ(dealt_of({kStream, {7, 9, 8}}), "numbered was to give batch 8 and gave batch 9");
}

TEST(FeedIdentity, ABatchThatSaysNothingIsTaken) {
  EXPECT_EQ(dealt_of({kRandom, {-1, -1, -1}}), "3 batches");
}

TEST(FeedIdentity, WhatIsJoinedKeepsOtherNumbersAndGivesEachOnce) {
  SourceTraits joined = kRandom;
  joined.joins = true;
  EXPECT_EQ(dealt_of({joined, {2, 0, 1}}), "3 batches");
  EXPECT_EQ(dealt_of({joined, {2, 0, 2}}),
            "numbered gave batch 2 of its source 0 twice in one pass");
  EXPECT_EQ(dealt_of({joined, {2, 0, 2}}, keras()), "3 batches") << "Keras looks at no number";
}

}  // namespace
}  // namespace trainwreck::testing
