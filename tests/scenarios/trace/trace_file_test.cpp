#include "scenarios/trace/trace_file.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/scenarios/invariants/sketch.h"

namespace trainwreck {
namespace {

using testing::Sketch;

constexpr const char* kHeader = "{\"trace\":1,\"engine\":\"other\",\"fields\":[\"scopes\"]}\n";

std::string mistakes_in(const std::string& text) {
  Diagnostics mistakes;
  read_trace(text, mistakes);
  std::string all;
  for (const Diagnostic& mistake : mistakes) {
    all += std::to_string(mistake.line) + ": " + mistake.message + "\n";
  }
  return all;
}

TEST(TraceFile, WhatIsWrittenIsReadBack) {
  Sketch sketch;
  sketch.run().has("log", 0, "on_epoch_end").open("epoch", 1).hook("on_epoch_end", "log", 0, 1);
  sketch.ask(3).got(3).source_ends().stop("es").file("rename", "a \"b\"", "c");
  sketch.step(1, 2, 3, "committed", 0.1).step(1, 3, 4, "committed", -1e-300);
  sketch.step(1, 4, 5, "failed", std::numeric_limits<double>::quiet_NaN());
  sketch.checkpoint("publish", "a", "best crc32c=1", -std::numeric_limits<double>::infinity());
  sketch.close("epoch", 1, -1, "stopped").ends("failed", "KeyError", 2);
  const std::string text = write_trace(sketch.trace());
  Diagnostics mistakes;
  const Trace again = read_trace(text, mistakes);
  EXPECT_TRUE(mistakes.empty());
  EXPECT_EQ(again.lines.size(), sketch.trace().lines.size());
  EXPECT_EQ(write_trace(again), text);
}

TEST(TraceFile, HasOneLineForEachEvent) {
  Sketch sketch;
  sketch.file("rename", "a.tmp", "a");
  const std::string text = write_trace(sketch.trace());
  EXPECT_EQ(text.substr(text.find('\n') + 1),
            "{\"seq\":0,\"t\":0,\"ev\":\"file_rename\",\"fit\":0,\"path\":\"a.tmp\",\"status\":"
            "\"a\"}\n");
}

TEST(TraceFile, EveryBadLineIsReported) {
  EXPECT_EQ(mistakes_in(std::string(kHeader) + "{\"seq\":0,\"ev\":\"explosion\"}\n"
                                               "[]\n"
                                               "{\"seq\":0,\"ev\":\"signal\",\"epoch\":\"x\"}\n"
                                               "{\"seq\":4,\"ev\":\"signal\"}\n"),
            "2: unknown event \"explosion\"\n"
            "3: not an object\n"
            "4: \"epoch\" must be an integer\n"
            "5: \"seq\" is 4, and 0 was due\n");
}

// Nobody would hear them: whatever is named so would be kept.
TEST(TraceFile, NamesThatDoNotExistAreMistakes) {
  const auto mistake = [](const std::string& members) {
    return mistakes_in(std::string(kHeader) + "{\"seq\":0," + members + "}\n");
  };
  EXPECT_EQ(mistake(R"("ev":"hook_begin","hook":"on_epoch_ende","cb":"a")"),
            "2: unknown hook \"on_epoch_ende\"; did you mean \"on_epoch_end\"?\n");
  EXPECT_EQ(mistake(R"("ev":"hook_end","hook":"on_trian_end","cb":"a","err":"ok")"),
            "2: unknown hook \"on_trian_end\"; did you mean \"on_train_end\"?\n");
  EXPECT_EQ(mistake(R"("ev":"callback","cb":"a","hooks":"on_train_end on_epok_end")"),
            "2: unknown hook \"on_epok_end\"; did you mean \"on_epoch_end\"?\n");
  EXPECT_EQ(mistake(R"("ev":"scope_begin","scope":"epochs")"),
            "2: unknown scope \"epochs\"; did you mean \"epoch\"?\n");
  EXPECT_EQ(mistake(R"("ev":"scope_end","scope":"epoch","status":"complete")"),
            "2: unknown status \"complete\"; did you mean \"completed\"?\n");
  EXPECT_EQ(mistake(R"("ev":"run_end","status":"done")"),
            "2: unknown status \"done\"; there is completed, stopped, exhausted, failed and "
            "interrupted\n");
  EXPECT_EQ(mistake(R"("ev":"hook_begin","hook":"on_epoch_end","cb":"a","status":"failde")"),
            "2: unknown status \"failde\"; did you mean \"failed\"?\n");
  EXPECT_EQ(mistake(R"("ev":"ckpt_publsh","path":"a")"),
            "2: unknown event ckpt_ \"publsh\"; did you mean \"publish\"?\n");
  EXPECT_EQ(mistake(R"("ev":"run_ende")"),
            "2: unknown event \"run_ende\"; did you mean \"run_end\"?\n");
  EXPECT_EQ(mistake(R"("ev":"ending","status":"dead")"),
            "2: unknown status \"dead\"; there is exited, killed and hung\n");
}

TEST(TraceFile, ALineThatBreaksOffIsForgivenAtTheEndAlone) {
  const std::string torn = std::string(kHeader) + "{\"seq\":0,\"ev\":\"signal\"}\n{\"seq\":1,\"e";
  const std::string ending = "{\"ev\":\"ending\",\"run\":2,\"status\":\"killed\",\"signal\":9}\n";
  for (const std::string& text : {torn, torn + "\n" + ending}) {
    const TraceReading reading = read_trace_file(text);
    EXPECT_TRUE(reading.mistakes.empty());
    ASSERT_EQ(reading.remarks.size(), 1U);
    EXPECT_EQ(reading.remarks[0].line, 3);
    EXPECT_EQ(reading.trace.lines.size(), 1U);
    EXPECT_EQ(reading.endings.size(), text == torn ? 0U : 1U);
  }
  for (const std::string& text : {torn + "\n", torn + "\n{\"seq\":1,\"ev\":\"signal\"}\n"}) {
    EXPECT_EQ(read_trace_file(text).mistakes.size(), 1U);
    EXPECT_TRUE(read_trace_file(text).remarks.empty());
  }
}

TEST(TraceFile, BeginsWithAHeader) {
  EXPECT_EQ(mistakes_in(""), "0: a trace begins with {\"trace\": 1, ...}\n");
  EXPECT_EQ(mistakes_in("{\"seq\":0}\n"), "1: a trace begins with {\"trace\": 1, ...}\n");
  EXPECT_EQ(mistakes_in("{\"trace\":1,\"fields\":[\"smells\"]}\n"),
            "1: unknown field \"smells\"\n");
}

TEST(TraceFile, MistakesAreBounded) {
  std::string text = kHeader;
  for (int i = 0; i < 500; ++i) text += "{}\n";
  Diagnostics mistakes;
  read_trace(text, mistakes);
  EXPECT_EQ(mistakes.size(), 100U);
}

TEST(TraceFile, ALineIsBounded) {
  EXPECT_EQ(mistakes_in(std::string(kHeader) + std::string(2 << 20, '[')),
            "2: longer than 1048576 bytes\n");
}

}  // namespace
}  // namespace trainwreck
