// What the program says to words that it does not know, and what it gives to copy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/process/called_as.h"
#include "tests/scenarios/cli/command_line.h"
#include "tests/scenarios/support/told_story.h"

namespace trainwreck::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHeldStory = R"("then": [{"kind": "status", "is": "completed"}])";

std::string said(const std::vector<std::string>& words, int exit_code = 2) {
  const Called called = trainwreck(words);
  EXPECT_EQ(called.exit_code, exit_code) << called.output;
  return called.output;
}

TEST(Misspelt, CommandsAndOptionsGetTheNearestWord) {
  EXPECT_THAT(said({"rnu"}), HasSubstr("rnu: did you mean run?"));
  EXPECT_THAT(said({"run", "--jbos", "2"}), HasSubstr("--jbos: did you mean --jobs?"));
  EXPECT_THAT(said({"run", "--junti=x"}), HasSubstr("--junti: did you mean --junit?"));
  EXPECT_THAT(said({"bench", "calbacks", "x"}), HasSubstr("calbacks: did you mean callbacks?"));
  EXPECT_THAT(said({"bench", "callbacks", "x", "--agianst", "y"}),
              HasSubstr("--agianst: did you mean --against?"));
  EXPECT_THAT(said({"run", "--qqqqqqq"}), Not(HasSubstr("did you mean")));
  EXPECT_THAT(said({"list", "calbacks"}),
              HasSubstr("There is no catalog \"calbacks\"; did you mean \"callbacks\"?"));
}

TEST(Misspelt, TagsGetTheNearestWord) {
  const Folder folder;
  folder.with("a.json", story(R"("tags": ["memory", "slow"], )" + kHeldStory));
  const std::string path = folder.path("");
  EXPECT_THAT(said({"run", path, "--tag", "memry"}),
              HasSubstr("--tag memry: none of these scenarios has that tag; did you mean "
                        "\"memory\"?"));
  EXPECT_THAT(said({"run", path, "--all", "--without", "solw"}),
              HasSubstr("did you mean \"slow\"?"));
  EXPECT_THAT(said({"run", path, "--tag", "qqqqqq"}), HasSubstr("there is memory"));
  said({"run", path, "--tag", "memory"}, 0);
}

TEST(RunCommand, AFileWhoseTagsLeaveItOutSaysHowToHaveIt) {
  const Folder folder;
  const std::string slow = folder.with("a.json", story(R"("tags": ["slow"], )" + kHeldStory));
  EXPECT_THAT(
      said({"run", slow}),
      HasSubstr("a.json is tagged \"slow\", which is left out by default; --all includes it, "
                "or --tag slow\n"));
  folder.with("b.json", story(kHeldStory));
  EXPECT_THAT(said({"run", folder.path("")}, 0), Not(HasSubstr("is tagged")))
      << "nobody named the file";
  said({"run", "--all", slow}, 0);
}

TEST(RunCommand, MistakesComeInTheOrderOfTheirLines) {
  const Folder folder;
  const std::string path = folder.with("a.json", R"({
  "name": "x",
  "thenn": [],
  "given": {"fit": {"epoch": 2}},
  "when": [{"kind": "step_throw", "at": {}}],
  "then": [{"kind": "status", "is": "complete"}]
})");
  const std::string output = said({"run", path});
  std::size_t last = 0;
  for (const char* place : {"a.json:3:", "a.json:4:", "a.json:5:", "a.json:6:"}) {
    const std::size_t at = output.find(place);
    ASSERT_NE(at, std::string::npos) << output;
    EXPECT_GE(at, last) << output;
    last = at;
  }
}

TEST(CalledAs, IsTheFirstWordOfWhatOneCopies) {
  EXPECT_THAT(called_as(), HasSubstr("scenarios")) << "a test's own program";
  EXPECT_EQ(shell_word("./my runner"), "'./my runner'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("./trainwreck"), "./trainwreck");
  const Folder folder;
  const std::string path =
      folder.with("a.json", story(R"("then": [{"kind": "status", "is": "failed"}])"));
  EXPECT_THAT(said({"run", path}, 1), HasSubstr("replay: trainwreck replay tw1:"));
  EXPECT_THAT(said({"new", folder.path("n.json")}, 0), HasSubstr("run it with trainwreck run "));
}

TEST(Show, ShowsWhatIsAskedFor) {
  const Folder folder;
  const std::string path = folder.with("a.json", story(kHeldStory));
  const std::string all = said({"show", path}, 0);
  EXPECT_THAT(all, AllOf(HasSubstr("-- call 0\n"), HasSubstr("step_end"), HasSubstr("fetch_begin"),
                         HasSubstr("call 0 completed\n  loss "), Not(HasSubstr("other lines"))));
  EXPECT_THAT(all,
              ::testing::ContainsRegex("loss +.+ to .+, least .+ in epoch 1, most .+ in epoch 0"));
  const std::string steps = said({"show", path, "--only", "steps", "--epoch", "1"}, 0);
  EXPECT_THAT(steps, AllOf(HasSubstr("epoch 1 batch 1      step_end"), HasSubstr(" other lines)"),
                           Not(HasSubstr("epoch 0 batch")), Not(HasSubstr("fetch_begin"))));
  EXPECT_THAT(said({"show", path, "--only", "stesp"}), HasSubstr("did you mean steps?"));
}

}  // namespace
}  // namespace trainwreck::testing
