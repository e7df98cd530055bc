// docs/engines.md: its loop is run by python3, and its traces are judged as the page says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "tests/scenarios/cli/command_line.h"
#include "tests/scenarios/support/pages.h"

namespace trainwreck::testing {
namespace {

using ::testing::HasSubstr;

bool has_python() { return std::system("python3 -c 'pass' >/dev/null 2>&1") == 0; }

const Fence& fence_with(const std::vector<Fence>& fences, const std::string& word) {
  for (const Fence& fence : fences) {
    if (fence.language == word || (!fence.words.empty() && fence.words.front() == word))
      return fence;
  }
  ADD_FAILURE() << "the page has no " << word;
  return fences.front();
}

Called judged_loop(const Folder& folder, const std::string& option) {
  const std::string trace = folder.path("run.jsonl");
  const std::string command =
      "python3 " + folder.path("loop.py") + " " + option + " >" + trace + " 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << folder.read("run.jsonl");
  return trainwreck({"judge", trace});
}

TEST(ManualOfEngines, TheLoopIsJudgedAsThePageSays) {
  if (!has_python()) GTEST_SKIP() << "there is no python3";
  const std::vector<Fence> fences = fences_of("docs/engines.md");
  const Folder folder;
  folder.with("loop.py", fence_with(fences, "python").text);
  const Called kept = judged_loop(folder, "");
  EXPECT_EQ(kept.exit_code, 0) << kept.output;
  EXPECT_EQ(kept.output, fence_with(fences, "kept").text);
  const Called broken = judged_loop(folder, "--forgets");
  EXPECT_EQ(broken.exit_code, 1) << broken.output;
  std::istringstream lines(fence_with(fences, "broken").text);
  for (std::string line; std::getline(lines, line);) EXPECT_THAT(broken.output, HasSubstr(line));
}

}  // namespace
}  // namespace trainwreck::testing
