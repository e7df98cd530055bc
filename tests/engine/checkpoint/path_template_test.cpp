#include "engine/checkpoint/path_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "tests/support/scripted_run.h"

namespace trainwreck {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::IsEmpty;

Logs some_logs() {
  Logs logs;
  logs.set("val_loss", 0.8);
  logs.set("acc", 1.0);
  return logs;
}

std::string filled(const std::string& text, std::int64_t epoch = 2,
                   std::optional<std::int64_t> batch = std::nullopt) {
  return PathTemplate("ModelCheckpoint", text).fill(epoch, batch, some_logs());
}

TEST(PathTemplate, EpochAndBatchCountFromOne) {
  EXPECT_EQ(filled("m-{epoch}.w", 0), "m-1.w");
  EXPECT_EQ(filled("m-{epoch:02d}-{batch:03d}.w", 0, 11), "m-01-012.w");
}

TEST(PathTemplate, MetricsTakePythonsFormats) {
  EXPECT_EQ(filled("m-{val_loss:.2f}.w"), "m-0.80.w");
  EXPECT_EQ(filled("m-{val_loss}-{acc}.w"), "m-0.8-1.0.w");
  EXPECT_EQ(filled("m-{val_loss:.3e}.w"), "m-8.000e-01.w");
  EXPECT_EQ(filled("m-{val_loss:.1%}.w"), "m-80.0%.w");
  EXPECT_EQ(filled("m-{epoch:.2f}.w"), "m-3.00.w");
  EXPECT_EQ(filled("m-{val_loss:07.3f}.w"), "m-000.800.w");
}

TEST(PathTemplate, DoubledBracesAreBraces) { EXPECT_EQ(filled("{{{epoch}}}"), "{3}"); }

TEST(PathTemplate, PlainPathStaysAsItIs) {
  EXPECT_EQ(filled("d/m.safetensors"), "d/m.safetensors");
  EXPECT_THAT(PathTemplate("x", "m").names(), IsEmpty());
}

TEST(PathTemplate, MissingNameIsAKeyErrorThatListsWhatThereIs) {
  EXPECT_EQ(error_of<KeyError>([] { filled("m-{epoch}-{batch}.w"); }),
            "ModelCheckpoint: the path \"m-{epoch}-{batch}.w\" asks for \"batch\"; there are only "
            "epoch, val_loss, acc");
  EXPECT_EQ(
      error_of<KeyError>([] { filled("m-{mae}.w", 1, 1); }),
      "ModelCheckpoint: the path \"m-{mae}.w\" asks for \"mae\"; there are only epoch, batch, "
      "val_loss, acc");
}

TEST(PathTemplate, LogsWithABatchOfTheirOwnWin) {
  Logs logs;
  logs.set("batch", 7.0);
  EXPECT_EQ(PathTemplate("x", "{batch:.0f}").fill(0, 1, logs), "7");
}

TEST(PathTemplate, FormatThatDoesNotSuitIsAValueError) {
  EXPECT_THROW(filled("m-{val_loss:02d}.w"), ValueError);
  EXPECT_THROW(filled("m-{epoch:zz}.w"), ValueError);
}

TEST(PathTemplate, BadNotationIsRefusedAtOnce) {
  EXPECT_EQ(error_of<ValueError>([] { PathTemplate("MC", "m-{epoch"); }),
            "MC: the path \"m-{epoch\" has a { without its }");
  EXPECT_EQ(error_of<ValueError>([] { PathTemplate("MC", "m-}x"); }),
            "MC: the path \"m-}x\" has a } without its {");
  EXPECT_EQ(error_of<ValueError>([] { PathTemplate("MC", "m-{}"); }),
            "MC: the path \"m-{}\" has {}, which names nothing");
  for (const char* text : {"{0}", "{a.b}", "{a[0]}", "{a!r}", ""}) {
    EXPECT_THROW(PathTemplate("MC", text), ValueError) << text;
  }
}

TEST(PathTemplate, NamesComeInTheirOrder) {
  EXPECT_THAT(PathTemplate("x", "{epoch:02d}-{val_loss:.2f}/{batch}").names(),
              ElementsAre("epoch", "val_loss", "batch"));
}

TEST(PathTemplate, KnowsTheDirectoryWhereThatIsFixed) {
  EXPECT_EQ(PathTemplate("x", "m-{epoch}").fixed_directory(), ".");
  EXPECT_EQ(PathTemplate("x", "a/b/m-{epoch}").fixed_directory(), "a/b");
  EXPECT_EQ(PathTemplate("x", "/m").fixed_directory(), "/");
  EXPECT_EQ(PathTemplate("x", "a/{epoch}/m").fixed_directory(), std::nullopt);
  EXPECT_EQ(PathTemplate("x", "a/{epoch}-{batch}/m").fixed_directory(), std::nullopt);
}

TEST(PathTemplate, WhatIsSettledIsAPartOfTheText) {
  PathTemplate path("x", "a/{run}-{worker:02d}/{run}-{epoch}.w");
  path.settle("run", "blue");
  path.settle("worker", 7);
  EXPECT_THAT(path.names(), ElementsAre("epoch"));
  EXPECT_EQ(path.fill(0, std::nullopt, {}), "a/blue-07/blue-1.w");
  EXPECT_EQ(path.fixed_directory(), "a/blue-07");
  EXPECT_TRUE(path.could_name("blue-3.w"));
  EXPECT_FALSE(path.could_name("green-3.w"));
  PathTemplate other("x", "{run:d}");
  EXPECT_THROW(other.settle("run", "blue"), ValueError);
}

TEST(PathTemplate, RecognisesTheNamesThatItMakes) {
  const PathTemplate path("x", "a/m-{epoch:02d}-{val_loss:.2f}.w");
  EXPECT_TRUE(path.could_name("m-01-0.80.w"));
  EXPECT_FALSE(path.could_name("m-01.w"));
  EXPECT_FALSE(path.could_name("m--.w"));
  EXPECT_FALSE(path.could_name("m-01-0.80.w.0.tmp"));
  EXPECT_FALSE(path.could_name("n-01-0.80.w"));
  EXPECT_TRUE(PathTemplate("x", "a/best.w").could_name("best.w"));
  EXPECT_FALSE(PathTemplate("x", "a/best.w").could_name("best.w2"));
  EXPECT_TRUE(PathTemplate("x", "{epoch}").could_name("7"));
}

}  // namespace
}  // namespace trainwreck
