#include "tests/scenarios/cli/command_line.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/process/forked.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {

namespace {

// The tests may be dealt out to shards themselves; what they start is not.
constexpr const char* kOwnShard[] = {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                                     "GTEST_SHARD_STATUS_FILE"};

Forked started(const std::vector<std::string>& args,
               const std::map<std::string, std::string>& environment) {
  return Forked([&](int to) {
    dup2(to, STDOUT_FILENO);
    dup2(to, STDERR_FILENO);
    for (const char* own : kOwnShard) unsetenv(own);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    std::vector<std::string> words{"trainwreck"};
    words.insert(words.end(), args.begin(), args.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    return run_command_line(static_cast<int>(pointers.size()), pointers.data(),
                            builtin_vocabulary());
  });
}

Called ended(Forked& program) {
  if (!program.hear_all(60.0)) {
    ADD_FAILURE() << "no end in a minute";
    program.send(SIGKILL);
  }
  const int status = program.wait();
  return {.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
          .output = program.heard()};
}

}  // namespace

Called trainwreck(const std::vector<std::string>& args,
                  const std::map<std::string, std::string>& environment) {
  Forked program = started(args, environment);
  return ended(program);
}

Called trainwreck_interrupted(const std::vector<std::string>& args,
                              const std::map<std::string, std::string>& environment,
                              const std::function<bool()>& moment, int signal) {
  Forked program = started(args, environment);
  for (int i = 0; i < 3000 && !moment(); ++i) usleep(10'000);
  program.send(signal);
  return ended(program);
}

Folder::Folder() : path_("/tmp/trainwreck_cli.XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "no folder for this test";
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Folder::with(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name);
}

std::string Folder::read(const std::string& name) const {
  std::ifstream in(path(name), std::ios::binary);
  EXPECT_TRUE(in) << name << " is not there";
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool Folder::has(const std::string& name) const { return std::filesystem::exists(path(name)); }

}  // namespace trainwreck::testing
