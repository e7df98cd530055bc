#include <gtest/gtest.h>

#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using Ids = std::vector<std::int64_t>;

TEST(PipelineEntry, ReadsItsStagesInOrder) {
  DataBuilder builder;
  const auto source = builder.build(R"({
    "kind": "pipeline",
    "from": {"kind": "arrays", "x": [[0], [1], [2], [3], [4]], "y": [0, 1, 2, 0, 1]},
    "stages": [
      {"batch": 1}, {"shuffle": 3}, {"skip": 1}, {"repeat": 2}, {"take": 7},
      {"map": {"kind": "scale", "factor": 2}}, {"map": {"kind": "shift", "by": 1}},
      {"map": {"kind": "flip_labels", "classes": 3}}, {"map": {"kind": "one_hot", "classes": 3}},
      {"pad": {}}, {"batch": 4, "drop_last": false}, {"prefetch": 2}]
  })");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(rows_of_pass(*source, {}), (Ids{4, 3}));
  Batch batch;
  source->start_pass({});
  source->fetch(0, batch);
  EXPECT_EQ(batch.y.shape(), (Shape{4, 3}));
  for (std::int64_t row = 0; row < 4; ++row) {
    const auto sample = static_cast<float>(batch.samples[static_cast<std::size_t>(row)]);
    EXPECT_EQ(batch.x[row], 2.0F * sample + 1.0F);
  }
}

TEST(PipelineEntry, RepeatsForEver) {
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "pipeline", "from": {"kind": "arrays", "x": [[1]]},
          "stages": [{"repeat": "forever"}, {"take": 3}]})");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(rows_of_pass(*source, {}), (Ids{1, 1, 1}));
}

TEST(PipelineEntry, ReportsEveryMistakeInItsStages) {
  DataBuilder builder;
  builder.build(R"({"kind": "pipeline", "from": "arrays", "stages": [
      {"bach": 3}, {"shuffle": 0}, {"map": "scal"}, {"map": {"kind": "shift"}},
      {"take": 2, "dro": 1},
      {"repeat": "for ever"}, {"pad": {"lenght": 3}}, {"take": 1}]})");
  EXPECT_EQ(builder.complaints(),
            "/stages/0 must have one of map, shuffle, pad, batch, repeat, take, skip and prefetch\n"
            "/stages/1/shuffle must be in [1, 1048576], got 0\n"
            "/stages/2/map \"scal\" is unknown; did you mean \"scale\"?\n"
            "/stages/3/map/by is missing\n"
            "/stages/4/dro is not a known key\n"
            "/stages/5/repeat must be an integer, got \"for ever\"\n"
            "/stages/6/pad/lenght is not a known key; did you mean \"length\"?\n"
            "/stages/7 pipeline: pad must be followed by batch, not by take\n"
            "/stages pipeline: pad must be followed by batch, not by the end\n");
}

}  // namespace
}  // namespace trainwreck
