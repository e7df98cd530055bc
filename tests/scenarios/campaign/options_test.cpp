// What a server needs of a wreck: files, shares, known causes, going on, one job or several.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "faults/outside/launch.h"
#include "scenarios/campaign/results.h"

namespace trainwreck::campaign {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kLibrary = TRAINWRECK_SOURCE_DIR "/scenarios/library/programs/";

class WreckOptionsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = outside::why_unavailable()) GTEST_SKIP() << *reason;
    std::string name = std::filesystem::temp_directory_path().string() + "/wreck-options-XXXXXX";
    top_ = mkdtemp(name.data());
  }
  void TearDown() override {
    if (!top_.empty()) std::filesystem::remove_all(top_);
  }

  int run(const std::string& program, WreckOptions options) {
    options.command = {"/usr/bin/python3", "-B", "-S", kLibrary + program, "{dir}"};
    printed_.clear();
    return wreck(options, [this](std::string_view text) { printed_ += text; });
  }

  int merged(const std::vector<std::string>& paths) {
    printed_.clear();
    return merge(paths, [this](std::string_view text) { printed_ += text; });
  }

  static std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return std::move(text).str();
  }

  // The id of the only cause in what was printed.
  std::string printed_id() const {
    const std::size_t at = printed_.rfind("  [", printed_.find("mend: "));
    return printed_.substr(at + 3, 8);
  }

  std::string top_;
  std::string printed_;
};

TEST_F(WreckOptionsTest, ShardsHaveEveryPointExactlyOnce) {
  EXPECT_EQ(run("json_in_place.py", {}), kFoundCauses);
  const std::string id = printed_id();
  std::vector<std::string> paths;
  for (std::size_t shard = 1; shard <= 3; ++shard) {
    paths.push_back(top_ + "/" + std::to_string(shard));
    run("json_in_place.py", {.thorough = true, .shard = shard, .shards = 3, .json = paths.back()});
  }
  EXPECT_EQ(merged(paths), kFoundCauses);
  EXPECT_THAT(printed_, AllOf(HasSubstr("FAILED: 1 cause\n"), HasSubstr(id)));
  EXPECT_THAT(printed_, AllOf(Not(HasSubstr("missing")), Not(HasSubstr("partial"))));
  EXPECT_THROW(merged({paths[0], paths[0]}), UsageError);
}

TEST_F(WreckOptionsTest, AMissingShardIsNamedAndNeverGreen) {
  const std::string path = top_ + "/1";
  EXPECT_EQ(run("json_durable.py", {.shard = 1, .shards = 2, .json = path}), kNothingFound)
      << printed_;
  EXPECT_EQ(merged({path}), kNotKnown);
  EXPECT_THAT(printed_, HasSubstr("missing: shard 2/2"));
}

TEST_F(WreckOptionsTest, ResultsOfAnotherCommandAreNotMerged) {
  run("json_durable.py", {.points = 1, .shard = 1, .shards = 2, .json = top_ + "/1"});
  run("rotation.py", {.points = 1, .shard = 2, .shards = 2, .json = top_ + "/2"});
  EXPECT_THROW(merged({top_ + "/1", top_ + "/2"}), UsageError);
  std::ofstream(top_ + "/3") << "no result\n";
  EXPECT_THROW(merged({top_ + "/3"}), UsageError);
}

TEST_F(WreckOptionsTest, GoingOnTriesOnlyWhatIsLeft) {
  EXPECT_EQ(run("json_durable.py", {.points = 5, .json = top_ + "/first"}), kNotKnown) << printed_;
  EXPECT_THAT(printed_, HasSubstr("partial: not a pass"));
  EXPECT_EQ(run("json_durable.py", {.go_on = top_ + "/first"}), kNothingFound) << printed_;
  EXPECT_THAT(printed_, HasSubstr("taken from "));
}

TEST_F(WreckOptionsTest, AKnownCauseIsNoFailureAndAVanishedOneIsTold) {
  EXPECT_EQ(run("json_in_place.py", {}), kFoundCauses);
  const std::string id = printed_id();
  std::ofstream(top_ + "/known") << id << "  we know\n0badc0de\n";
  EXPECT_EQ(run("json_in_place.py", {.known = top_ + "/known"}), kNothingFound) << printed_;
  EXPECT_THAT(printed_, AllOf(HasSubstr("known: 1 cause"), HasSubstr("known cause 0badc0de")));
}

TEST_F(WreckOptionsTest, EveryResultIsALineOfJson) {
  run("json_in_place.py", {.json = top_ + "/out", .junit = top_ + "/junit", .github = true});
  std::istringstream lines(text_of(top_ + "/out"));
  std::vector<std::string> events;
  for (std::string line; std::getline(lines, line);) {
    const std::string event = nlohmann::json::parse(line).at("event");
    if (events.empty() || events.back() != event) events.push_back(event);
  }
  EXPECT_THAT(events, ElementsAre("start", "control", "plan", "point", "summary"));
  EXPECT_THAT(text_of(top_ + "/junit"),
              AllOf(HasSubstr("<testsuite name=\"wreck\""), HasSubstr("failures=\"1\"")));
  EXPECT_THAT(printed_, HasSubstr("json_in_place.py,line=6,title=refused"));
}

TEST_F(WreckOptionsTest, ASavedFindingSaysWhichPointToTryAgain) {
  run("json_in_place.py", {.save = top_ + "/found"});
  const std::string folder = top_ + "/found/" + printed_id();
  const std::string script = text_of(folder + "/run.sh");
  EXPECT_TRUE(std::filesystem::exists(folder + "/left"));
  const std::size_t at = script.find("--point ") + 8;
  const std::string id = script.substr(at, script.find(' ', at) - at);
  EXPECT_EQ(run("json_in_place.py", {.ids = {id}}), kFoundCauses) << printed_;
  EXPECT_THAT(printed_, HasSubstr("REFUSED"));
}

TEST_F(WreckOptionsTest, OneJobAndSeveralFindTheSame) {
  EXPECT_EQ(run("files_without_commit.py", {.jobs = 1}), kFoundCauses);
  const std::string table = printed_.substr(printed_.find("FAILED"));
  EXPECT_EQ(run("files_without_commit.py", {.jobs = 4}), kFoundCauses);
  const std::string id = printed_id();
  EXPECT_THAT(table, HasSubstr(id));
}

// As in a container of the usual kind.
bool forbid_mounts() {
  const auto deny = static_cast<std::uint32_t>(SECCOMP_RET_ERRNO | EPERM);
  std::array<sock_filter, 5> code{{{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
                                   {BPF_JMP | BPF_JEQ | BPF_K, 2, 0, SYS_unshare},
                                   {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_mount},
                                   {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
                                   {BPF_RET | BPF_K, 0, 0, deny}}};
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST_F(WreckOptionsTest, WithoutMountsJobsHaveFoldersOfTheirOwnOrThereIsOne) {
  const pid_t child = fork();
  if (child == 0) {
    if (!forbid_mounts()) _exit(100);
    const int free = run("json_durable.py", {.points = 20});
    const bool two = printed_.find("one job less") == std::string::npos;
    const int bound = run("absolute_paths.py", {.points = 20});
    const bool one = printed_.find("depends on the folder's path") != std::string::npos;
    const bool well =
        free == kNotKnown && bound == kNotKnown && printed_.find("FAILED") == std::string::npos;
    _exit(two && one && well ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(WreckOptionsTest, ATrainingIsEndedAfterSomeSavesOrAtALine) {
  EXPECT_EQ(run("json_durable.py", {.saves = 3}), kNothingFound) << printed_;
  EXPECT_THAT(printed_, HasSubstr("3 saves of ckpt.json"));
  EXPECT_EQ(run("json_durable.py", {.until = "saved epoch 3"}), kNothingFound) << printed_;
  EXPECT_THAT(printed_, HasSubstr("3 saves of ckpt.json"));
}

TEST_F(WreckOptionsTest, AnInterruptLeavesNothingAndIsNoPass) {
  const auto before = std::signal(SIGINT, SIG_IGN);  // it may come when all is over
  std::thread other([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(3'500));
    kill(getpid(), SIGINT);
  });
  const int code = run("rotation.py", {.thorough = true, .json = top_ + "/out"});
  other.join();
  std::signal(SIGINT, before);
  EXPECT_TRUE(code == kNotKnown || code == kNothingFound) << code;  // as fast as the machine is
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace trainwreck::campaign
