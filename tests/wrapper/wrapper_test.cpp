#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/wrapper/sandbox.h"

namespace trainwreck {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kMissing = "FAKE_MISSING='g++ libfmt-dev' ";
constexpr const char* kNamed = "trainwreck needs packages that are not installed: g++ libfmt-dev\n";

std::string advice(const std::string& sudo) {
  return "Install them with:\n  " + sudo + "apt-get update && " + sudo +
         "apt-get install --yes --no-install-recommends g++ libfmt-dev\n";
}

TEST(Wrapper, NoInstallNamesTheMissingPackagesAndTheLine) {
  const Sandbox sandbox;
  const Ended ended = sandbox.run("./trainwreck run --no-install", kMissing);
  EXPECT_EQ(ended.output, kNamed + advice(""));
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(sandbox.calls(), "");
}

TEST(Wrapper, InContinuousIntegrationAUserInstallsNothing) {
  const Sandbox sandbox;
  const Ended ended =
      sandbox.run("./trainwreck run", std::string(kMissing) + "CI=true FAKE_ID=1000");
  EXPECT_EQ(ended.output, kNamed + advice("sudo "));
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(sandbox.calls(), "");
}

TEST(Wrapper, InContinuousIntegrationTheInstallOptionInstalls) {
  const Sandbox sandbox;
  sandbox.run("./trainwreck run --install", std::string(kMissing) + "CI=true FAKE_ID=1000");
  EXPECT_THAT(sandbox.calls(), HasSubstr("apt-get install -q --yes --no-install-recommends "
                                         "g++ libfmt-dev\n"));
}

TEST(Wrapper, InContinuousIntegrationRootInstalls) {
  const Sandbox sandbox;
  sandbox.run("./trainwreck run", std::string(kMissing) + "CI=true");
  EXPECT_THAT(sandbox.calls(), HasSubstr("apt-get install"));
}

TEST(Wrapper, AUserInstallsThroughSudoThatAsksNothing) {
  const Sandbox sandbox;
  const Ended ended = sandbox.run("./trainwreck run", std::string(kMissing) + "FAKE_ID=1000");
  EXPECT_THAT(sandbox.calls(), HasSubstr("apt-get install"));
  EXPECT_THAT(ended.output, HasSubstr("program:run\n"));
}

TEST(Wrapper, SudoThatWantsAPasswordIsNotAsked) {
  const Sandbox sandbox;
  const Ended ended =
      sandbox.run("./trainwreck test", std::string(kMissing) + "FAKE_ID=1000 FAKE_SUDO=no");
  EXPECT_EQ(ended.output, kNamed + advice("sudo "));
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(sandbox.calls(), "");
}

TEST(Wrapper, AFailedInstallationPrintsTheLine) {
  const Sandbox sandbox;
  const Ended ended = sandbox.run("./trainwreck", std::string(kMissing) + "FAKE_APT=100");
  EXPECT_EQ(ended.output, std::string(kNamed) + "Installing them with apt-get.\n" +
                              "apt-get could not install them.\n" + advice(""));
  EXPECT_EQ(ended.status, 2);
}

TEST(Wrapper, HandsEveryOtherWordToTheProgram) {
  const Sandbox sandbox;
  const Ended run = sandbox.run("./trainwreck --no-install --tag oom");
  EXPECT_THAT(run.output, HasSubstr("program:run --tag oom\n"));
  EXPECT_EQ(run.status, 7);
  EXPECT_EQ(sandbox.run("./trainwreck list layers").output, "program:list layers\n");
}

TEST(Wrapper, FilesAreNamedFromWhereTheCallerStands) {
  const Sandbox sandbox;
  const Ended ended = sandbox.run("cd tests; ../trainwreck run results.sh other.sh");
  EXPECT_THAT(ended.output, HasSubstr("/tests/results.sh other.sh\n"));
}

TEST(Wrapper, ConfiguresOnceAndAgainWhenThePresetsChange) {
  const Sandbox sandbox;
  sandbox.run("./trainwreck; ./trainwreck");
  const std::string configured = "cmake --fresh --preset dev\n";
  const std::string built = sandbox.calls().substr(configured.size());
  EXPECT_EQ(sandbox.calls().substr(0, configured.size()), configured);
  EXPECT_THAT(built, Not(HasSubstr("cmake")));
  sandbox.run("echo >>CMakePresets.json; ./trainwreck");
  EXPECT_THAT(sandbox.calls().substr(configured.size()), HasSubstr(configured));
}

// Method: `script` gives the wrapper a terminal to write to.
TEST(Wrapper, ABuildWithNothingToDoSaysNothing) {
  const Sandbox sandbox;
  sandbox.run("./trainwreck list");
  sandbox.write("bin/ninja",
                "#!/bin/sh\necho \"ninja: Entering directory x\"\n"
                "echo \"[0/2] Re-checking globbed directories...\"\n"
                "echo \"ninja: no work to do.\"\n");
  EXPECT_EQ(sandbox.run("./trainwreck list").output, "program:list\n");
  EXPECT_EQ(sandbox.run("script -qec \"./trainwreck list\" /dev/null").output, "program:list\r\n");
}

TEST(Wrapper, ProgressIsOneLineAndWhatCompilersSayStays) {
  const Sandbox sandbox;
  sandbox.run("./trainwreck list");
  sandbox.write("bin/ninja",
                "#!/bin/sh\necho \"ninja: Entering directory x\"\n"
                "echo \"[1/2] Building a\"\necho \"a.cpp:1: warning: b\"\n"
                "echo \"[2/2] Linking c\"\n");
  EXPECT_EQ(sandbox.run("./trainwreck list").output,
            "[1/2] Building a\na.cpp:1: warning: b\n[2/2] Linking c\nprogram:list\n");
  EXPECT_EQ(sandbox.run("script -qec \"./trainwreck list\" /dev/null").output,
            "\r\033[K[1/2] Building a\r\033[Ka.cpp:1: warning: b\r\n\r\033[K[2/2] Linking c\r\033[K"
            "program:list\r\n");
}

TEST(Wrapper, TheProgramIsCalledAsTheWrapperWas) {
  const Sandbox sandbox;
  sandbox.run("./trainwreck list");
  sandbox.write("bin/ninja", "#!/bin/sh\nln -sf /bin/bash build/dev/trainwreck\n");
  EXPECT_THAT(sandbox.run("./trainwreck list").output, HasSubstr("./trainwreck: list: "));
}

TEST(Wrapper, ABrokenBuildEndsWithThree) {
  const Sandbox sandbox;
  EXPECT_EQ(sandbox.run("./trainwreck run", "FAKE_NINJA=1").status, 3);
}

// Two files with tests; the second one names the first one's suite.
void write_tests(const Sandbox& sandbox) {
  sandbox.write("tests/bolt_test.cpp", "TEST(Bolt, Holds) {}\nTEST(Bolt, Breaks) {}\n");
  sandbox.write("tests/nut_test.cpp", "TEST_F(Nut,\n       FitsTheBolt) {}\nTEST(Nut, Turns) {}\n");
}

TEST(Wrapper, OnlyBuildsAndRunsTheFilesWithAMatchingTest) {
  const Sandbox sandbox;
  write_tests(sandbox);
  const Ended ended = sandbox.run("./trainwreck test --only Nut.Fits");
  EXPECT_EQ(ended.output, "Configuring build/only\n1 passed, 0 failed\n");
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(sandbox.calls(), HasSubstr("cmake --fresh --preset only\n"));
  EXPECT_THAT(sandbox.calls(), HasSubstr(" nut_test\n"));
  EXPECT_THAT(sandbox.calls(), HasSubstr("test_program nut_test --gtest_filter=*Nut.Fits*\n"));
  EXPECT_THAT(sandbox.calls(), Not(HasSubstr("bolt_test")));
}

TEST(Wrapper, OnlyTakesPatternsAndNamesOfFiles) {
  const Sandbox sandbox;
  write_tests(sandbox);
  const Ended both = sandbox.run("./trainwreck test --only Bolt");
  EXPECT_THAT(both.output, HasSubstr("2 passed, 0 failed\n"));
  EXPECT_THAT(sandbox.calls(), HasSubstr(" bolt_test nut_test\n"));
  sandbox.run("./trainwreck test --only tests/bolt_test.cpp");
  EXPECT_THAT(sandbox.calls(), HasSubstr("test_program bolt_test --gtest_filter=*\n"));
}

TEST(Wrapper, OnlyOfNothingIsAMistake) {
  const Sandbox sandbox;
  write_tests(sandbox);
  const Ended ended = sandbox.run("./trainwreck test --only Screw");
  EXPECT_EQ(
      ended.output,
      "./trainwreck test --only Screw: no file below tests/ has that in its path, and no test "
      "in its name\n");
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(sandbox.run("./trainwreck test --only").status, 2);
  EXPECT_EQ(sandbox.calls(), "");
}

TEST(Wrapper, OnlyCountsABrokenBuildAsAFailure) {
  const Sandbox sandbox;
  write_tests(sandbox);
  const Ended ended = sandbox.run("./trainwreck test --only Nut", "FAKE_NINJA=1");
  EXPECT_THAT(ended.output, HasSubstr("FAILED build of only\n0 passed, 1 failed\n"));
  EXPECT_EQ(ended.status, 1);
}

TEST(Wrapper, TestKnowsItsOptions) {
  const Sandbox sandbox;
  const Ended ended = sandbox.run("./trainwreck test --ful");
  EXPECT_EQ(ended.output, "./trainwreck test: unknown option --ful; did you mean --full?\n");
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(sandbox.run("./trainwreck test --onyl Bolt").output,
            "./trainwreck test: unknown option --onyl; did you mean --only PATTERN?\n");
  EXPECT_EQ(sandbox.run("./trainwreck test --planed").output,
            "./trainwreck test: unknown option --planed; did you mean --planted?\n");
}

TEST(Wrapper, PlantedBugsNeedPython) {
  const Sandbox sandbox;
  const Ended ended =
      sandbox.run("./trainwreck test --planted --no-install", "FAKE_MISSING=python3");
  EXPECT_THAT(ended.output,
              HasSubstr("trainwreck needs packages that are not installed: python3\n"));
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(sandbox.calls(), "");
}

}  // namespace
}  // namespace trainwreck
