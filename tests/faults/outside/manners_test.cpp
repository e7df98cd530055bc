#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <thread>

#include "tests/faults/outside/watched_program.h"

namespace trainwreck::outside {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

// Decides when this is printed.
class AtALine final : public Strategy {
 public:
  AtALine(std::string text, Decision decision) : text_(std::move(text)), decision_(decision) {}
  Decision decide(const Crossing& crossing) override {
    const bool here = crossing.operation.kind == OpKind::output &&
                      crossing.operation.text.find(text_) != std::string::npos;
    return here ? decision_ : let_through();
  }

 private:
  std::string text_;
  Decision decision_;
};

class OutsideManners : public OutsideTest {
 protected:
  // Of the program, wherever it went: all of it began in the watched folder.
  std::vector<std::string> left_over() const {
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
      std::error_code gone;
      const fs::path folder = fs::read_symlink(entry.path() / "cwd", gone);
      if (!gone && folder.string().starts_with(watched_)) found.push_back(entry.path().string());
    }
    return found;
  }
  Observed run_and_look(const ProgramToWreck& program) const {
    LetThrough strategy;
    return run_and_look(program, strategy);
  }
  Observed run_and_look(const ProgramToWreck& program, Strategy& strategy) const {
    Observed observed = run_below(program, strategy);
    EXPECT_THAT(left_over(), IsEmpty());
    EXPECT_THAT(observed.failures, IsEmpty());
    EXPECT_THAT(prove(observed.recording), IsEmpty());
    return observed;
  }
  static int exit_code_of(const std::function<int()>& work) {
    const pid_t child = fork();
    if (child == 0) _exit(work());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

TEST_F(OutsideManners, AForkBomb) {
  ProgramToWreck program = python(
      "import os, time\n"
      "while True:\n"
      "  try: os.fork()\n"
      "  except BlockingIOError: print('refused', flush=True)\n"
      "  open(f'f{os.getpid() % 10}', 'a').write('x')\n");
  program.processes = 50;
  AtALine strategy("refused", kill_tree());
  const Observed observed = run_and_look(program, strategy);
  EXPECT_TRUE(observed.ending.tree_killed);
  EXPECT_THAT(observed.recording.notes,
              testing::Contains("a fork was refused: too many processes"));
  EXPECT_LT(count_of(observed.recording, OpKind::fork), 150U);
}

TEST_F(OutsideManners, EndlessOutput) {
  ProgramToWreck program = command({"yes", "a line that never ends"});
  program.timeout = milliseconds(500);
  program.output_bytes = 100'000;
  const Observed observed = run_and_look(program);
  EXPECT_TRUE(observed.ending.timed_out);
  EXPECT_LE(observed.recording.spool->size(), 100'000U);
  EXPECT_LT(observed.recording.operations.size(), 1000U);
}

TEST_F(OutsideManners, ASpoolThatIsTooSmall) {
  ProgramToWreck program = shell("head -c 3000000 /dev/zero > big; echo x > small");
  program.spool_bytes = 100'000;
  LetThrough strategy;
  const Observed observed = run_below(program, strategy);
  EXPECT_TRUE(observed.recording.spool->full());
  EXPECT_EQ(fs::file_size(path("big")), 3'000'000U);
  EXPECT_THAT(prove(observed.recording), testing::Contains(path("big")));
}

TEST_F(OutsideManners, APoliteRequestThatIsIgnored) {
  ProgramToWreck program =
      shell("trap '' TERM INT HUP; echo ready; echo ignored; while :; do sleep 0.1; done");
  program.timeout = milliseconds(1500);
  AtALine strategy("ready", send_signal(SIGTERM));
  const Observed observed = run_and_look(program, strategy);
  EXPECT_TRUE(observed.ending.timed_out);
  EXPECT_EQ(output_lines(observed.recording).size(), 2U);
}

TEST_F(OutsideManners, AProgramThatIsNotThere) {
  const Observed observed = run_and_look(command({"no-such-program"}));
  EXPECT_EQ(observed.ending.start_error, "No such file or directory");
}

TEST_F(OutsideManners, AProgramThatFailsAtOnceOrWaitsForInput) {
  EXPECT_EQ(run_and_look(shell("exit 3")).ending.exit_code, 3);
  EXPECT_EQ(run_and_look(shell("kill -SEGV $$")).ending.signal, SIGSEGV);
  EXPECT_EQ(run_and_look(shell("read line; echo $?; cat")).ending.exit_code, 0);
}

TEST_F(OutsideManners, AFolderThatIsNotThere) {
  ProgramToWreck program = shell("true");
  program.folder = path("nowhere");
  LetThrough strategy;
  EXPECT_THROW(run_below(program, strategy), CannotWatch);
  program.folder = watched_;
  program.watched = {path("nowhere")};
  EXPECT_THROW(run_below(program, strategy), IoError);
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(OutsideManners, AChildThatOutlivesItsParentAndEnds) {
  const Observed observed = run_and_look(shell("(sleep 0.2; echo late > f) & exit 5"));
  EXPECT_EQ(observed.ending.exit_code, 5);
  EXPECT_FALSE(observed.ending.orphans);
  EXPECT_EQ(read_back("f"), "late\n");
  EXPECT_EQ(count_of(observed.recording, OpKind::write), 1U);
}

TEST_F(OutsideManners, ADaemonThatDoesNotEnd) {
  ProgramToWreck program = python(
      "import os, time\n"
      "if os.fork() == 0:\n"
      "  os.setsid()\n"
      "  if os.fork() == 0: time.sleep(1000)\n"
      "  os._exit(0)\n");
  program.orphans = milliseconds(300);
  const Observed observed = run_and_look(program);
  EXPECT_TRUE(observed.ending.orphans);
  EXPECT_FALSE(observed.ending.timed_out);
  EXPECT_EQ(observed.ending.exit_code, 0);
}

// Method: a process of its own runs the program and is killed with no chance to clean up.
TEST_F(OutsideManners, OurOwnDeathLeavesNothing) {
  for (const int signal : {SIGKILL, SIGTERM, SIGINT}) {
    SCOPED_TRACE(signal);
    const ProgramToWreck program =
        shell("echo > here$$; (setsid sleep 1000 &) ; trap '' TERM; while :; do sleep 0.1; done");
    const pid_t child = fork();
    if (child == 0) {
      std::signal(signal, SIG_DFL);
      LetThrough strategy;
      run_below(program, strategy);
      _exit(0);
    }
    const auto until_left_over = [&](bool some) {
      for (int i = 0; i < 3000 && left_over().empty() == some; ++i) {
        std::this_thread::sleep_for(milliseconds(10));
      }
    };
    until_left_over(true);
    for (int i = 0; i < 3000 && fs::is_empty(watched_); ++i) {
      std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_FALSE(fs::is_empty(watched_));
    kill(child, signal);
    waitpid(child, nullptr, 0);
    until_left_over(false);
    EXPECT_THAT(left_over(), IsEmpty());
    fs::remove_all(watched_);
    fs::create_directory(watched_);
  }
}

TEST_F(OutsideManners, OneWatcherInsideAnother) {
  const Observed observed = run_and_look(body([] {
    const std::optional<std::string> why = why_unavailable();
    if (why) fprintf(stdout, "%s\n", why->c_str());
    fflush(stdout);
    return why ? 0 : 1;
  }));
  EXPECT_EQ(observed.ending.exit_code, 0);
  ASSERT_THAT(output_lines(observed.recording), testing::SizeIs(1));
  EXPECT_THAT(output_lines(observed.recording)[0].text, HasSubstr("itself watched"));
}

// What Docker's default profile denies, is denied.
bool deny_as_docker_does() {
  std::vector<sock_filter> code{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offsetof(seccomp_data, nr)))};
  for (const int number : {SYS_mount, SYS_umount2, SYS_unshare, SYS_setns, SYS_pidfd_getfd,
                           SYS_kcmp, SYS_perf_event_open, SYS_bpf, SYS_open_by_handle_at}) {
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(number), 0, 1));
    code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
  }
  code.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

constexpr const char kShortStory[] =
    "import os, shutil, subprocess\n"
    "open('a', 'w').write('x' * 9000); shutil.copyfile('a', 'b'); os.rename('b', 'c')\n"
    "subprocess.run('cat a > d; cp d e; mkdir k; mv e k/e', shell=True, check=True)\n"
    "f = open('a'); os.fsync(f.fileno())\n";

int tell_short_story(const ProgramToWreck& program) {
  LetThrough strategy;
  const Observed observed = run_below(program, strategy);
  if (observed.ending.exit_code != 0 || !observed.failures.empty()) return 2;
  if (!prove(observed.recording).empty() || !observed.recording.not_followed.empty()) return 3;
  return count_of(observed.recording, OpKind::rename) == 2 ? 0 : 4;
}

TEST_F(OutsideManners, NeedsNothingThatDockerDenies) {
  const ProgramToWreck program = python(kShortStory);
  EXPECT_EQ(exit_code_of([&] {
              if (!deny_as_docker_does()) return 1;
              return tell_short_story(program);
            }),
            0);
}

TEST_F(OutsideManners, NeedsNoRights) {
  if (geteuid() != 0) GTEST_SKIP() << "the other tests run without rights already";
  constexpr uid_t kNobody = 65534;
  fs::permissions(top_, fs::perms::all);
  ASSERT_EQ(chown(watched_.c_str(), kNobody, kNobody), 0);
  const ProgramToWreck program = python(kShortStory);
  EXPECT_EQ(exit_code_of([&] {
              if (setgid(kNobody) != 0 || setuid(kNobody) != 0) return 1;
              return tell_short_story(program);
            }),
            0);
}

// Only somebody without rights can be kept from looking.
TEST_F(OutsideManners, AProgramThatHidesIsToldNotGuessed) {
  if (geteuid() != 0) GTEST_SKIP() << "is tried as root, in a process without rights";
  fs::permissions(top_, fs::perms::all);
  fs::permissions(watched_, fs::perms::all);
  const ProgramToWreck program = body([] {
    prctl(PR_SET_DUMPABLE, 0);
    return creat("f", 0600) >= 0 ? 0 : 1;
  });
  EXPECT_EQ(exit_code_of([&] {
              if (setgid(65534) != 0 || setuid(65534) != 0) return 1;
              LetThrough strategy;
              const Observed observed = run_below(program, strategy);
              return observed.failures.size() == 1 ? 0 : 2;
            }),
            0);
}

TEST_F(OutsideManners, AProgramThatGivesUpItsRights) {
  if (geteuid() != 0) GTEST_SKIP() << "there are no rights to give up";
  fs::permissions(top_, fs::perms::all);
  fs::permissions(watched_, fs::perms::all);
  write_before("of_root", "x");
  fs::permissions(path("of_root"), fs::perms::owner_read | fs::perms::owner_write);
  const Observed observed =
      run_and_look(python("import os\n"
                          "os.setgid(65534); os.setuid(65534)\n"
                          "open('mine', 'w').write('x'); assert os.stat('mine').st_uid == 65534\n"
                          "try: open('of_root')\n"
                          "except PermissionError: print('refused')\n"));
  EXPECT_EQ(observed.ending.exit_code, 0);
  EXPECT_EQ(output_lines(observed.recording).at(0).text, "refused");
}

TEST_F(OutsideManners, ALargeFolderAndALargeFile) {
  for (int i = 0; i < 2000; ++i) write_before("old" + std::to_string(i), "x");
  const Observed observed = run_and_look(
      shell("head -c 50000000 /dev/zero > big; truncate -s 5G sparse; rm old1*; rm sparse"));
  EXPECT_EQ(observed.ending.exit_code, 0);
  EXPECT_EQ(fs::file_size(path("big")), 50'000'000U);
}

}  // namespace
}  // namespace trainwreck::outside
