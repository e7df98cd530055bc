#include "engine/contract/source_script.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace trainwreck {
namespace {

SourceScript script_of(std::string_view text) {
  std::vector<std::string> complaints;
  SourceScript script = read_script(text, complaints);
  EXPECT_TRUE(complaints.empty()) << complaints.front();
  return script;
}

TEST(DataScript, EverySequenceOfBytesIsAScriptAndEveryScriptIsBytes) {
  std::vector<std::uint8_t> bytes(512);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i / 2);
  const SourceScript script = decode_script(bytes);
  EXPECT_EQ(script.size(), 256U);
  EXPECT_EQ(decode_script(encode_script(script)), script);
}

TEST(DataScript, ReadsWhatItWrites) {
  const std::string text =
      "begin; begin_shuffled; fetch 3; again; walk; restart; beyond 255; together 0; end";
  EXPECT_EQ(text_of(script_of(text)), text);
  EXPECT_EQ(words_of(script_of("fetch 3;walk")), (std::vector<std::string>{"fetch 3", "walk"}));
  for (const ScriptStep& step : script_of(text)) EXPECT_FALSE(sentence_of(step).empty());
}

TEST(DataScript, ComplainsAboutEveryWordThatIsNoStep) {
  std::vector<std::string> complaints;
  const SourceScript script =
      read_script("fetch; fetsh 3; walk 2; fetch 256; end; dance", complaints);
  EXPECT_EQ(text_of(script), "end");
  ASSERT_EQ(complaints.size(), 5U);
  EXPECT_EQ(complaints[1], "\"fetsh 3\" is no step; did you mean \"fetch\"?");
  EXPECT_EQ(complaints[4],
            "\"dance\" is no step: fetch, again, walk, begin, begin_shuffled, end, restart, beyond "
            "and together, some with a number from 0 to 255");
}

TEST(DataScript, RandomScriptsUseEveryMove) {
  std::vector<int> seen(kMoves);
  for (std::int64_t number = 0; number < 100; ++number) {
    const SourceScript script = random_script(1, number, 12);
    EXPECT_GE(script.size(), 1U);
    EXPECT_LE(script.size(), 12U);
    for (const ScriptStep& step : script) ++seen[static_cast<std::size_t>(step.move)];
  }
  EXPECT_GT(*std::min_element(seen.begin(), seen.end()), 0);
}

TEST(DataScript, ShrinkingKeepsWhatItNeedsAndNothingElse) {
  const auto breaks = [](const SourceScript& script) {
    const auto fetch = std::find_if(script.begin(), script.end(), [](const ScriptStep& step) {
      return step.move == SourceOp::fetch && step.pick >= 7;
    });
    return fetch != script.end() &&
           std::find(fetch, script.end(), ScriptStep{SourceOp::end}) != script.end();
  };
  const SourceScript start =
      script_of("walk; fetch 9; begin; fetch 200; again; walk; end; beyond 3");
  EXPECT_EQ(text_of(shrink(start, breaks, 500)), "fetch 7; end");
}

TEST(DataScript, ShrinkingStopsAfterItsAttempts) {
  std::int64_t attempts = 0;
  const SourceScript start = random_script(3, 0, 100);
  const SourceScript script = shrink(
      start, [&](const SourceScript&) { return ++attempts > 1'000'000; }, 40);
  EXPECT_EQ(script, start);
  EXPECT_LE(attempts, 40);
}

}  // namespace
}  // namespace trainwreck
