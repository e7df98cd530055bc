#include <gmock/gmock.h>

#include <cerrno>
#include <csignal>
#include <functional>

#include "tests/faults/outside/watched_program.h"

namespace trainwreck::outside {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A strategy in one expression.
class Deciding final : public Strategy {
 public:
  explicit Deciding(std::function<Decision(const Crossing&)> choose) : choose_(std::move(choose)) {}
  Decision decide(const Crossing& crossing) override { return choose_(crossing); }

 private:
  std::function<Decision(const Crossing&)> choose_;
};

class OutsideDecisions : public OutsideTest {
 protected:
  // The n-th operation of a kind is decided on, all others are let through.
  static Deciding at(OpKind kind, int nth, Decision decision, bool and_later = false) {
    return Deciding([=, seen = 0](const Crossing& crossing) mutable {
      if (crossing.operation.kind != kind) return let_through();
      const int here = seen++;
      return here == nth || (and_later && here > nth) ? decision : let_through();
    });
  }
  static std::string text_of_lines(const Observed& observed) {
    std::string all;
    for (const OutputLine& line : output_lines(observed.recording)) all += line.text + "\n";
    return all;
  }
};

constexpr const char kThreeWrites[] =
    "import os\n"
    "f = os.open('f', os.O_WRONLY | os.O_CREAT)\n"
    "for text in b'one', b'two', b'three':\n"
    "  try: print(os.write(f, text), flush=True)\n"
    "  except OSError as e: print(e.strerror, flush=True)\n";

TEST_F(OutsideDecisions, AnErrorOnce) {
  Deciding strategy = at(OpKind::write, 1, refuse(ENOSPC));
  const Observed observed = run_and_prove(python(kThreeWrites), strategy);
  EXPECT_EQ(text_of_lines(observed), "3\nNo space left on device\n5\n");
  EXPECT_EQ(read_back("f"), "onethree");
  EXPECT_THAT(changes_of(observed.recording, watched_),
              HasSubstr("write 3 bytes at 3 of f (ENOSPC)"));
}

TEST_F(OutsideDecisions, AnErrorFromNowOn) {
  Deciding strategy = at(OpKind::write, 1, refuse(EIO), true);
  const Observed observed = run_and_prove(python(kThreeWrites), strategy);
  EXPECT_EQ(text_of_lines(observed), "3\nInput/output error\nInput/output error\n");
}

TEST_F(OutsideDecisions, APartOfAWrite) {
  Deciding strategy = at(OpKind::write, 2, do_part(2));
  const Observed observed = run_and_prove(python(kThreeWrites), strategy);
  EXPECT_EQ(text_of_lines(observed), "3\n3\n2\n");
  EXPECT_EQ(read_back("f"), "onetwoth");
}

TEST_F(OutsideDecisions, AWriteThatIsLost) {
  Deciding strategy = at(OpKind::write, 1, lie());
  const Observed observed = run_and_prove(python(kThreeWrites), strategy);
  EXPECT_EQ(text_of_lines(observed), "3\n3\n5\n");
  EXPECT_EQ(read_back("f"), std::string("one\0\0\0three", 11));
}

TEST_F(OutsideDecisions, AWriteThatIsTornBehindTheProgramsBack) {
  Deciding strategy = at(OpKind::write, 2, lie(1));
  const Observed observed = run_and_prove(python(kThreeWrites), strategy);
  EXPECT_EQ(text_of_lines(observed), "3\n3\n5\n");
  EXPECT_EQ(read_back("f"), "onetwot");
}

TEST_F(OutsideDecisions, ARenameThatIsNotDone) {
  Deciding strategy = at(OpKind::rename, 0, lie());
  const Observed observed = run_and_prove(shell("echo x > t && mv t f && ls"), strategy);
  EXPECT_EQ(text_of_lines(observed), "t\n");
  EXPECT_EQ(observed.ending.exit_code, 0);
}

TEST_F(OutsideDecisions, ASyncThatLies) {
  Deciding strategy = at(OpKind::sync, 0, lie());
  const Observed observed = run_and_prove(
      python("import os\nf = open('f', 'w'); f.write('x'); f.flush(); os.fsync(f.fileno())\n"),
      strategy);
  EXPECT_THAT(changes_of(observed.recording, watched_), HasSubstr("sync f (a lie)"));
}

TEST_F(OutsideDecisions, AnOpenThatFails) {
  Deciding strategy = at(OpKind::create, 0, refuse(EMFILE));
  const Observed observed = run_and_prove(
      python("try: open('f', 'w')\nexcept OSError as e: print(e.strerror)\n"), strategy);
  EXPECT_EQ(text_of_lines(observed), "Too many open files\n");
  EXPECT_EQ(read_back("f"), "");
}

// Others go on while one waits: the order is turned round.
TEST_F(OutsideDecisions, ADelayOfOneWriter) {
  Deciding strategy([](const Crossing& crossing) {
    const bool slow =
        crossing.operation.kind == OpKind::create && crossing.operation.path.ends_with("/slow");
    return slow ? delay(std::chrono::milliseconds(1000)) : let_through();
  });
  const Observed observed =
      run_and_prove(shell("(: > slow) & while [ ! -e slow ]; do : > fast; done; wait"), strategy);
  EXPECT_THAT(changes_of(observed.recording, watched_), testing::StartsWith("create fast; "));
  EXPECT_GE(observed.ending.took, std::chrono::milliseconds(1000));
}

TEST_F(OutsideDecisions, ASignalAtAnOperation) {
  Deciding strategy = at(OpKind::rename, 0, send_signal(SIGTERM));
  const Observed observed =
      run_and_prove(python("import os, signal\n"
                           "signal.signal(signal.SIGTERM, lambda *a: print('got it', flush=True))\n"
                           "open('t', 'w').close(); os.rename('t', 'f'); print(os.listdir())\n"),
                    strategy);
  EXPECT_EQ(text_of_lines(observed), "got it\n['f']\n");
}

TEST_F(OutsideDecisions, ASignalAtALineOfOutput) {
  Deciding strategy([](const Crossing& crossing) {
    const bool here = crossing.operation.kind == OpKind::output &&
                      crossing.operation.text.find("epoch 2") != std::string::npos;
    return here ? send_signal(SIGKILL) : let_through();
  });
  const Observed observed =
      run_and_prove(shell("for i in 1 2 3; do echo epoch $i; echo > f$i; done"), strategy);
  EXPECT_EQ(observed.ending.signal, SIGKILL);
  EXPECT_THAT(changes_of(observed.recording, watched_), "create f1; write 1 bytes at 0 of f1");
}

TEST_F(OutsideDecisions, ASignalAfterATime) {
  ProgramToWreck program = shell("trap 'echo stopped; exit 7' INT; while :; do sleep 0.01; done");
  program.signals = {{std::chrono::milliseconds(1500), SIGINT}};
  const Observed observed = run_and_prove(program);
  EXPECT_EQ(observed.ending.exit_code, 7);
  EXPECT_EQ(text_of_lines(observed), "stopped\n");
}

TEST_F(OutsideDecisions, OneProcessIsKilledAndTheOthersGoOn) {
  Deciding strategy = at(OpKind::write, 0, kill_process(2));
  const Observed observed =
      run_and_prove(shell("exec 2>/dev/null; sh -c 'echo long > f'; echo $? > code"), strategy);
  EXPECT_EQ(read_back("f"), "lo");
  EXPECT_EQ(read_back("code"), "137\n");
  EXPECT_EQ(observed.ending.exit_code, 0);
  EXPECT_FALSE(observed.ending.tree_killed);
}

TEST_F(OutsideDecisions, TheWholeTreeIsKilled) {
  Deciding strategy = at(OpKind::rename, 0, kill_tree());
  const Observed observed = run_and_prove(
      shell("(while :; do echo x >> other; done) & echo x > t; mv t f; echo after > g; wait"),
      strategy);
  EXPECT_TRUE(observed.ending.tree_killed);
  EXPECT_EQ(read_back("t"), "x\n");
  EXPECT_EQ(read_back("f") + read_back("g"), "");
}

TEST_F(OutsideDecisions, NothingIsRecordedWhereNobodyAsks) {
  ProgramToWreck program = python(kThreeWrites);
  program.record = false;
  Deciding strategy = at(OpKind::write, 1, do_part(1));
  const Observed observed = run_below(program, strategy);
  EXPECT_THAT(observed.recording.operations, IsEmpty());
  EXPECT_THAT(observed.failures, IsEmpty());
  EXPECT_EQ(read_back("f"), "onetthree");
}

}  // namespace
}  // namespace trainwreck::outside
