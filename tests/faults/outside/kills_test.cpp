#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "engine/base/random.h"
#include "faults/recording/kill_states.h"
#include "tests/faults/outside/random_program.h"
#include "tests/faults/outside/watched_program.h"

namespace trainwreck::outside {
namespace {

using testing::IsEmpty;

class OutsideKills : public OutsideTest {
 protected:
  ProgramToWreck random_program(std::uint64_t seed, int steps) const {
    return body([seed, steps] { return run_random_program(seed, steps); });
  }
  void empty_the_folder() const {
    std::filesystem::remove_all(watched_);
    std::filesystem::create_directory(watched_);
  }
};

// Kills everything before the n-th change, or inside it.
class KillAt final : public Strategy {
 public:
  KillAt(std::uint64_t change, std::uint64_t bytes) : change_(change), bytes_(bytes) {}
  Decision decide(const Crossing& crossing) override {
    const bool here = changes_the_tree(crossing.operation.kind) && crossing.changes == change_;
    return here ? kill_tree(bytes_) : let_through();
  }

 private:
  std::uint64_t change_;
  std::uint64_t bytes_;
};

// Method: native and watched, each in a fresh folder, must leave the same, and what was recorded
// must give both.
TEST_F(OutsideKills, RandomProgramsDoTheSameWatchedOrNot) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(seed);
    empty_the_folder();
    const std::string native = top_ + "/native";
    std::filesystem::remove_all(native);
    std::filesystem::create_directory(native);
    const pid_t child = fork();
    if (child == 0) _exit(chdir(native.c_str()) == 0 ? run_random_program(seed, 600) : 1);
    waitpid(child, nullptr, 0);
    const Observed observed = run_and_prove(random_program(seed, 600));
    EXPECT_EQ(observed.ending.exit_code, 0);
    EXPECT_THAT(observed.recording.not_followed, IsEmpty());
    const Tree tree = tree_after(observed.recording, observed.recording.operations.size());
    EXPECT_THAT(differences(tree, tree.roots.begin()->second, *observed.recording.spool, native),
                IsEmpty());
    EXPECT_GT(observed.recording.operations.size(), 300U);
  }
}

// Method: the undisturbed run says what each kill would leave. Then the program is really killed
// there.
TEST_F(OutsideKills, ThreeHundredKillsLeaveWhatWasComputed) {
  const Observed undisturbed = run_and_prove(random_program(7, 150));
  const Recording& recording = undisturbed.recording;
  // The crossing of each state: changes that were tried, and failed, count as well.
  std::vector<std::uint64_t> changes_before{0};
  for (const Operation& operation : recording.operations) {
    changes_before.push_back(changes_before.back() + (changes_the_tree(operation.kind) ? 1 : 0));
  }
  const std::vector<KillState> states = kill_states(recording);
  ASSERT_GT(states.size(), 60U);
  const Random random(3, Purpose::fault);
  for (std::uint64_t i = 0; i < 300; ++i) {
    const KillState& state = states[random.below(i, states.size() - 1)];
    SCOPED_TRACE(i);
    empty_the_folder();
    KillAt strategy(changes_before[state.done], state.bytes);
    const Observed killed = run_and_prove(random_program(7, 150), strategy);
    EXPECT_TRUE(killed.ending.tree_killed);
    const Tree expected = tree_after(recording, state.done, state.bytes);
    ASSERT_THAT(differences(expected, expected.roots.begin()->second, *recording.spool, watched_),
                IsEmpty())
        << state.done << " " << state.bytes;
  }
}

// Method: kill -9 from elsewhere, at no particular moment.
TEST_F(OutsideKills, AKillThatNobodyAskedUsForIsRecordedAsFarAsItCame) {
  for (std::uint64_t i = 0; i < 30; ++i) {
    SCOPED_TRACE(i);
    empty_the_folder();
    ProgramToWreck program = random_program(i, 1'000'000);
    program.signals = {{std::chrono::milliseconds(1 + 3 * i), SIGKILL}};
    const Observed killed = run_and_prove(program);
    EXPECT_EQ(killed.ending.signal, SIGKILL);
  }
}

TEST_F(OutsideKills, ALongWriteStopsAtPagesOfTheFile) {
  write_before("f", std::string(100, '.'));
  const Observed observed = run_and_prove(
      shell("dd if=/dev/zero of=f bs=20000 count=1 oflag=append conv=notrunc 2>/dev/null"));
  std::vector<std::uint64_t> bytes;
  for (const KillState& state : kill_states(observed.recording)) {
    if (state.bytes != 0) bytes.push_back(state.bytes);
  }
  EXPECT_THAT(bytes, testing::ElementsAre(3996, 3996 + 4096, 3996 + 3 * 4096));
}

TEST_F(OutsideKills, ATreeOnAnotherDiskIsTheSame) {
  const Observed observed = run_and_prove(random_program(11, 400));
  const Tree tree = tree_after(observed.recording, observed.recording.operations.size());
  const NodeId root = tree.roots.begin()->second;
  const std::string copy = top_ + "/copy";
  put_on_disk(tree, root, *observed.recording.spool, copy);
  EXPECT_THAT(differences(tree, root, *observed.recording.spool, copy), IsEmpty());
  std::size_t visited = 0;
  for_each_kill_state(observed.recording, [&](const KillState&, const Tree& state) {
    if (++visited % 20 != 0) return;
    put_on_disk(state, root, *observed.recording.spool, copy);
    EXPECT_THAT(differences(state, root, *observed.recording.spool, copy), IsEmpty());
  });
  EXPECT_GT(visited, 100U);
}

}  // namespace
}  // namespace trainwreck::outside
