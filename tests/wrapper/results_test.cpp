#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/wrapper/sandbox.h"

// How `./trainwreck test` counts: from result files, and never more than they hold.
namespace trainwreck {
namespace {

using ::testing::HasSubstr;

constexpr const char* kGoogleTest = R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" disabled="1" errors="0" time="0" name="AllTests">
  <testsuite name="A" tests="4" failures="1" disabled="1" skipped="1" errors="0" time="0">
    <testcase name="Good" status="run" result="completed" time="0" classname="A" />
    <testcase name="Bad" status="run" result="completed" time="0" classname="A">
      <failure message="one" type=""><![CDATA[one]]></failure>
      <failure message="two" type=""><![CDATA[two]]></failure>
    </testcase>
    <testcase name="Skipped" status="run" result="skipped" time="0" classname="A">
      <skipped message="x"><![CDATA[x]]></skipped>
    </testcase>
    <testcase name="DISABLED_One" status="notrun" result="suppressed" time="0" classname="A" />
  </testsuite>
</testsuites>
)";

constexpr const char* kCtest = R"xml(<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="(empty)"
	tests="2"
	failures="1"
	>
	<testcase name="one" classname="one" time="0.001" status="fail">
		<failure message=""/>
		<system-out></system-out>
	</testcase>
	<testcase name="two" classname="two" time="0.001" status="run">
		<system-out></system-out>
	</testcase>
</testsuite>
)xml";

std::string count(const Sandbox& sandbox, int status) {
  return sandbox
      .run("set -euo pipefail; source tests/results.sh; count part file " + std::to_string(status) +
           R"( log 2>/dev/null; echo "$passed $failed"; printf "%s\n" "${failures[@]}")")
      .output;
}

TEST(Results, CountTestsOfGoogleTestNotTheirFailures) {
  const Sandbox sandbox;
  sandbox.write("file", kGoogleTest);
  sandbox.write("log", "");
  EXPECT_EQ(count(sandbox, 1), "1 1\npart: A.Bad\n");
}

TEST(Results, CountTestsOfCtest) {
  const Sandbox sandbox;
  sandbox.write("file", kCtest);
  sandbox.write("log", "");
  EXPECT_EQ(count(sandbox, 8), "1 1\npart: one\n");
}

TEST(Results, ACrashIsAFailureAndSaysWhere) {
  const Sandbox sandbox;
  sandbox.write("log",
                "[ RUN      ] Model.Fits\n[       OK ] Model.Fits\n[ RUN      ] Model.Dies\n");
  EXPECT_EQ(count(sandbox, 139),
            "0 1\npart (ended with status 139 in Model.Dies and left no whole result file)\n");
}

TEST(Results, AFileCutShortIsAFailure) {
  const Sandbox sandbox;
  const std::string whole = kGoogleTest;
  sandbox.write("file", whole.substr(0, whole.find("    <testcase name=\"Skipped\"")));
  sandbox.write("log", "");
  EXPECT_EQ(count(sandbox, 1), "0 1\npart (ended with status 1 and left no whole result file)\n");
}

TEST(Results, APassThatEndsBadlyIsAFailure) {
  const Sandbox sandbox;
  const std::string passing = R"(<testsuites tests="1" failures="0">
    <testcase name="Good" status="run" classname="A" />
</testsuites>)";
  sandbox.write("file", passing);
  sandbox.write("log", "ERROR: LeakSanitizer\n");
  EXPECT_THAT(count(sandbox, 23), HasSubstr("1 1\n"));
  EXPECT_EQ(count(sandbox, 0), "1 0\n\n");
}

}  // namespace
}  // namespace trainwreck
