#include "scenarios/campaign/wreck.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "faults/outside/launch.h"

namespace trainwreck::campaign {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// Trainings without any package; each test has temporary folders of its own, which have to be empty
// at its end.
class Wreck : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = outside::why_unavailable()) GTEST_SKIP() << *reason;
    std::string name = fs::temp_directory_path().string() + "/wreck-test-XXXXXX";
    top_ = mkdtemp(name.data());
    fs::create_directory(top_ + "/tmp");
    const char* before = std::getenv("TMPDIR");
    if (before != nullptr) before_ = before;
    setenv("TMPDIR", (top_ + "/tmp").c_str(), 1);
  }
  void TearDown() override {
    if (top_.empty()) return;
    EXPECT_TRUE(fs::is_empty(top_ + "/tmp"));
    before_.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", before_.c_str(), 1);
    fs::remove_all(top_);
  }

  // A training of three epochs: `load` sets `state` where there is a checkpoint, `step` changes it,
  // `save` writes it.
  std::string training(const std::string& load, const std::string& step, const std::string& save) {
    return "import json, os, random, sys\n"
           "random.seed(1)\n"
           "folder = sys.argv[1]\n"
           "path = os.path.join(folder, 'ckpt.json')\n"
           "state = {'epoch': 0, 'w': 0.0}\n"
           "if os.path.exists(path):\n" +
           load +
           "while state['epoch'] < 3:\n"
           "  state['w'] += " +
           step + "\n  state['epoch'] += 1\n" + save;
  }

  int wreck_script(const std::string& script) {
    std::ofstream(top_ + "/train.py") << script;
    options_.command = {"/usr/bin/python3", "-I", "-S", top_ + "/train.py", "{dir}"};
    printed_.clear();
    return wreck(options_, [this](std::string_view text) { printed_ += text; });
  }

  std::string top_;
  std::string before_;
  std::string printed_;
  WreckOptions options_;
};

constexpr const char* kLoad = "  state = json.load(open(path))\n";
constexpr const char* kStep = "state['epoch'] + 1";
constexpr const char* kInPlace = "  with open(path, 'w') as f: json.dump(state, f)\n";
constexpr const char* kDurable =
    "  with open(path + '.tmp', 'w') as f:\n"
    "    json.dump(state, f)\n"
    "    f.flush()\n"
    "    os.fsync(f.fileno())\n"
    "  os.replace(path + '.tmp', path)\n"
    "  fd = os.open(folder, os.O_RDONLY)\n"
    "  os.fsync(fd)\n"
    "  os.close(fd)\n";

TEST_F(Wreck, ACheckpointInPlaceIsRefusedAfterAKill) {
  EXPECT_EQ(wreck_script(training(kLoad, kStep, kInPlace)), kFoundCauses) << printed_;
  EXPECT_THAT(printed_, HasSubstr("REFUSED"));
  EXPECT_THAT(printed_, HasSubstr("JSONDecodeError"));
  EXPECT_THAT(printed_, HasSubstr("train.py:7"));
  EXPECT_THAT(printed_, HasSubstr("FAILED: 1 cause\n"));
}

TEST_F(Wreck, ADurableCheckpointIsTakenUpAtEveryPoint) {
  EXPECT_EQ(wreck_script(training(kLoad, kStep, kDurable)), kNothingFound) << printed_;
  EXPECT_THAT(printed_, Not(HasSubstr("FAILED")));
  EXPECT_THAT(printed_, Not(HasSubstr("partial")));
  EXPECT_THAT(printed_, HasSubstr("3 saves of ckpt.json"));
}

TEST_F(Wreck, RandomStateThatIsNotRestoredIsOneFinding) {
  EXPECT_EQ(wreck_script(training(kLoad, "random.random()", kDurable)), kFoundCauses) << printed_;
  EXPECT_THAT(printed_, HasSubstr("FAILED: 1 cause\n"));
  EXPECT_THAT(printed_, HasSubstr("1 OTHER END  1 point (a control)"));
  EXPECT_THAT(printed_, HasSubstr("ckpt.json: w: "));
}

TEST_F(Wreck, BeginningAnewIsFoundWhereTheOldCheckpointWasDestroyed) {
  const std::string load =
      "  try: state = json.load(open(path))\n"
      "  except ValueError: pass\n";
  EXPECT_EQ(wreck_script(training(load, kStep, kInPlace)), kFoundCauses) << printed_;
  EXPECT_THAT(printed_, HasSubstr("STARTED OVER"));
  EXPECT_THAT(printed_, Not(HasSubstr("REFUSED")));
}

TEST_F(Wreck, AnErrorThatIsSwallowedIsSilent) {
  const std::string save =
      "  try:\n"
      "    with open(path + '.tmp', 'w') as f: json.dump(state, f)\n"
      "    os.replace(path + '.tmp', path)\n"
      "  except OSError: pass\n";
  EXPECT_EQ(wreck_script(training(kLoad, kStep, save)), kFoundCauses) << printed_;
  EXPECT_THAT(printed_, HasSubstr("SILENT FAILURE"));
}

TEST_F(Wreck, WhatDiffersBetweenUndisturbedRunsIsLeftOut) {
  const std::string save = "  import time; state['at'] = time.time()\n" + std::string(kDurable);
  EXPECT_EQ(wreck_script(training(kLoad, kStep, save)), kNothingFound) << printed_;
  EXPECT_THAT(printed_, HasSubstr("left out, it differs or is a log: ckpt.json#at"));
}

TEST_F(Wreck, ALogThatIsOnlyAppendedIsNeverRed) {
  const std::string save = "  with open(folder + '/log.txt', 'a') as f: f.write('an epoch\\n')\n" +
                           std::string(kDurable);
  EXPECT_EQ(wreck_script(training(kLoad, kStep, save)), kNothingFound) << printed_;
}

TEST_F(Wreck, ThereIsNothingToCompareWhereNothingIsSaved) {
  EXPECT_EQ(wreck_script("print('done')\n"), kNothingToCompare);
  EXPECT_THAT(printed_, HasSubstr("it saves nothing"));
}

TEST_F(Wreck, AProgramThatFailsByItselfIsNotWrecked) {
  EXPECT_EQ(wreck_script("raise SystemExit('no data')\n"), kNothingToCompare);
  EXPECT_THAT(printed_, HasSubstr("no data"));
}

TEST_F(Wreck, ACommandThatDoesNotSayWhereItSavesIsRefused) {
  options_.command = {"true"};
  EXPECT_THROW(wreck(options_, [](std::string_view) {}), UsageError);
}

TEST_F(Wreck, YourOwnFilesAreNotTouched) {
  fs::create_directory(top_ + "/mine");
  std::ofstream(top_ + "/mine/ckpt.json") << "{}";
  options_.folder = top_ + "/mine";
  options_.command = {"true"};
  EXPECT_THROW(wreck(options_, [](std::string_view) {}), UsageError);
  EXPECT_TRUE(fs::exists(top_ + "/mine/ckpt.json"));
}

TEST_F(Wreck, AFileThatCannotBeFollowedIsNeverHeld) {
  const std::string save = std::string(kDurable) + "  os.dup2(os.open(path, os.O_RDWR), 50)\n";
  EXPECT_EQ(wreck_script(training(kLoad, kStep, save)), kNotKnown) << printed_;
  EXPECT_THAT(printed_, HasSubstr("not followed"));
  EXPECT_THAT(printed_, HasSubstr("unknown: "));
}

}  // namespace
}  // namespace trainwreck::campaign
