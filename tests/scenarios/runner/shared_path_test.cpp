// Method: two real processes save at one path, as fast as they can, while this one reads it over
// and over: every look must find one whole save of either.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>

#include "engine/base/errors.h"
#include "engine/callbacks/model_checkpoint.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "tests/scenarios/runner/real_training.h"
#include "tests/support/fit_run.h"
#include "tests/support/temporary_folder.h"

namespace trainwreck::testing {
namespace {

constexpr std::size_t kBytes = 200'000;

// 'a' or 'b' all through.
bool is_one_save(const std::string& bytes) {
  return bytes.size() == kBytes && bytes.find_first_not_of(bytes[0]) == std::string::npos;
}

// Both children end when they have worked so often, or are ended by us.
class TwoProcesses {
 public:
  explicit TwoProcesses(const std::function<void(char who)>& work) {
    for (const char who : {'a', 'b'}) {
      const pid_t child = fork();
      if (child == 0) {
        try {
          work(who);
        } catch (const std::exception&) {
          _exit(70);
        }
        _exit(0);
      }
      children_.push_back(child);
    }
  }
  ~TwoProcesses() { end(); }
  TwoProcesses(const TwoProcesses&) = delete;
  TwoProcesses& operator=(const TwoProcesses&) = delete;

  bool at_work() {
    std::erase_if(children_, [this](pid_t child) {
      int status = 0;
      if (waitpid(child, &status, WNOHANG) != child) return false;
      failed_ |= status != 0;
      return true;
    });
    return !children_.empty();
  }
  bool failed() const { return failed_; }
  void end() {
    for (const pid_t child : children_) {
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
    }
    children_.clear();
  }

 private:
  std::vector<pid_t> children_;
  bool failed_ = false;
};

void save_often(const std::string& path, char who, SaveProtocol protocol, int times) {
  const auto files = real_file_system();
  for (int i = 0; i < times; ++i) save_bytes(*files, path, std::string(kBytes, who), protocol);
}

TEST(SharedPath, IsNeverTornByTwoProcesses) {
  for (const SaveProtocol protocol : {SaveProtocol::rename, SaveProtocol::durable}) {
    const TemporaryFolder folder;
    const std::string path = folder.at("m");
    const auto files = real_file_system();
    save_bytes(*files, path, std::string(kBytes, 'a'), protocol);
    int looks = 0;
    TwoProcesses both([&](char who) { save_often(path, who, protocol, 200); });
    while (both.at_work()) {
      ASSERT_TRUE(is_one_save(files->read(path))) << looks;
      ++looks;
    }
    EXPECT_FALSE(both.failed());
    EXPECT_GT(looks, 10);
    EXPECT_EQ(files->list(folder.path()).size(), 1U);
  }
}

// The method sees what it should.
TEST(SharedPath, IsSeenTornWhereFilesAreOverwrittenInPlace) {
  const TemporaryFolder folder;
  const std::string path = folder.at("m");
  const auto files = real_file_system();
  save_bytes(*files, path, std::string(kBytes, 'a'), SaveProtocol::in_place);
  TwoProcesses both([&](char who) { save_often(path, who, SaveProtocol::in_place, 1'000'000); });
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  bool torn = false;
  while (!torn && std::chrono::steady_clock::now() < patience) {
    torn = !is_one_save(files->read(path));
  }
  EXPECT_TRUE(torn);
}

TEST(SharedPath, TwoTrainingsOfOnePathLeaveAWholeCheckpoint) {
  const TemporaryFolder folder;
  const auto files = real_file_system();
  TwoProcesses both([&](char) {
    RealWorld world;
    const std::unique_ptr<Model> model = small_model(2);
    Trainer trainer(*model, world.seams(), hardened());
    SmallSequence data(3);
    const ModelCheckpointOptions options{.path = folder.at("m.safetensors"), .save_freq = 1};
    trainer.fit(data, {.epochs = 60, .callbacks = {std::make_shared<ModelCheckpoint>(options)}})
        .rethrow();
  });
  int looks = 0;
  while (both.at_work()) {
    if (!files->exists(folder.at("m.safetensors"))) continue;
    ASSERT_NO_THROW(load_checkpoint(*files, folder.at("m.safetensors"))) << looks;
    ++looks;
  }
  EXPECT_FALSE(both.failed());
  EXPECT_GT(looks, 10);
  EXPECT_EQ(files->list(folder.path()).size(), 1U);
}

}  // namespace
}  // namespace trainwreck::testing
