#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/faults/outside/watched_program.h"

namespace trainwreck::outside {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Each way of calling, in a program as people write them. Every one is also proven: what was
// recorded, played back, gives the folder as it is.
class OutsideFidelity : public OutsideTest {
 protected:
  std::string changes(const ProgramToWreck& program) {
    const Observed observed = run_and_prove(program);
    EXPECT_EQ(observed.ending.exit_code, 0) << observed.ending.start_error;
    EXPECT_EQ(observed.ending.signal, 0);
    EXPECT_THAT(observed.recording.not_followed, IsEmpty());
    return changes_of(observed.recording, watched_);
  }
  std::string python_changes(const std::string& script) { return changes(python(script)); }
};

TEST_F(OutsideFidelity, ATemporaryThatIsRenamed) {
  EXPECT_EQ(
      python_changes("import os\n"
                     "with open('c.tmp', 'wb') as f:\n"
                     "  f.write(b'abc'); f.flush(); os.fsync(f.fileno())\n"
                     "os.replace('c.tmp', 'c')\n"
                     "d = os.open('.', os.O_RDONLY); os.fsync(d); os.close(d)\n"),
      "create c.tmp; write 3 bytes at 0 of c.tmp; sync c.tmp; rename c.tmp to c; sync " + watched_);
}

TEST_F(OutsideFidelity, WritesAtTheEndAndInTheMiddle) {
  write_before("log", "0123456789");
  EXPECT_EQ(
      python_changes("import os\n"
                     "f = os.open('log', os.O_WRONLY | os.O_APPEND)\n"
                     "os.write(f, b'ab'); os.write(f, b'cd')\n"
                     "g = open('log', 'r+b', buffering=0)\n"
                     "g.seek(4); g.write(b'XY'); g.seek(20); g.write(b'Z'); g.truncate(21)\n"
                     "assert open('log', 'rb').read() == b'0123XY6789abcd' + bytes(6) + b'Z'\n"),
      "write 2 bytes at 10 of log; write 2 bytes at 12 of log; write 2 bytes at 4 of log; "
      "write 1 bytes at 20 of log; truncate to 21 bytes: log");
}

TEST_F(OutsideFidelity, RedirectionByAShell) {
  EXPECT_EQ(changes(shell("echo one > f; echo two >> f; (echo three; sh -c 'echo four') >> f; "
                          "cat f > g; printf x >&2 2>>h")),
            "create f; write 4 bytes at 0 of f; write 4 bytes at 4 of f; write 6 bytes at 8 of f; "
            "write 5 bytes at 14 of f; create g; write 19 bytes at 0 of g; create h");
  EXPECT_EQ(read_back("g"), "one\ntwo\nthree\nfour\n");
}

TEST_F(OutsideFidelity, AChildWhoseOutputIsAFile) {
  EXPECT_EQ(python_changes("import subprocess, sys\n"
                           "with open('out', 'w') as f:\n"
                           "  f.write('before\\n'); f.flush()\n"
                           "  subprocess.run(['echo', 'child'], stdout=f, check=True)\n"
                           "  f.write('after\\n')\n"),
            "create out; write 7 bytes at 0 of out; write 6 bytes at 7 of out; "
            "write 6 bytes at 13 of out");
}

TEST_F(OutsideFidelity, ADescriptorThatAChildInherits) {
  EXPECT_EQ(
      python_changes("import os, subprocess, sys\n"
                     "f = os.open('f', os.O_WRONLY | os.O_CREAT)\n"
                     "os.write(f, b'12')\n"
                     "subprocess.run([sys.executable, '-c', 'import os, sys; "
                     "os.write(int(sys.argv[1]), b\"345\")', str(f)], pass_fds=[f], check=True)\n"
                     "os.write(f, b'6')\n"),
      "create f; write 2 bytes at 0 of f; write 3 bytes at 2 of f; write 1 bytes at 5 of f");
}

TEST_F(OutsideFidelity, CopiesOfWholeFilesAndFolders) {
  write_before("a", std::string(100'000, 'a'));
  const std::string all = python_changes(
      "import shutil, os\n"
      "shutil.copyfile('a', 'b'); shutil.copy2('b', 'c')\n"
      "os.makedirs('d/e'); shutil.move('c', 'd/e/c'); shutil.copytree('d', 'k')\n"
      "os.rename('d', 'm'); os.link('m/e/c', 'hard'); os.symlink('m', 'soft')\n"
      "open('soft/e/new', 'w').write('x'); shutil.rmtree('k')\n"
      "os.symlink('fresh', 'dangling'); open('dangling', 'w').write('y')\n");
  EXPECT_THAT(all, HasSubstr("create b; write 100000 bytes at 0 of b"));
  EXPECT_THAT(all, HasSubstr("rename d to m; link m/e/c to hard; symlink soft to m; "
                             "create m/e/new; write 1 bytes at 0 of m/e/new; unlink k/e/c; "
                             "rmdir k/e; rmdir k; symlink dangling to fresh; create fresh"));
  // cp goes by the order in which the file system lists a folder, so it gets one file at a time.
  EXPECT_EQ(changes(shell("mkdir q q/e; cp m/e/c q/e/c; cp m/e/new q/e/new; cp a z; mv a aa; dd "
                          "if=aa of=zz bs=1000 count=2 2>/dev/null; "
                          "ln -sf aa soft2; touch t; mkdir -p x/y/z; rm m/e/c m/e/new; rm -r m")),
            "mkdir q; mkdir q/e; create q/e/c; write 100000 bytes at 0 of q/e/c; "
            "create q/e/new; write 1 bytes at 0 of q/e/new; create z; "
            "write 100000 bytes at 0 of z; rename a to aa; create zz; "
            "write 1000 bytes at 0 of zz; write 1000 bytes at 1000 of zz; "
            "symlink soft2 to aa; create t; mkdir x; mkdir x/y; mkdir x/y/z; unlink m/e/c; "
            "unlink m/e/new; rmdir m/e; rmdir m");
}

TEST_F(OutsideFidelity, TheCallersUmaskAndMode) {
  const mode_t ours = umask(077);
  changes(
      shell("umask 002; echo x > f; mkdir d; umask 027; echo x > g; mkdir e; mkfifo p; "
            "chmod 751 d; umask 0; : > all; mkdir alld"));
  umask(ours);
  const auto mode = [&](const char* name) {
    struct stat found {};
    stat(path(name).c_str(), &found);
    return found.st_mode & 07777;
  };
  EXPECT_EQ(mode("f"), 0664U);
  EXPECT_EQ(mode("d"), 0751U);
  EXPECT_EQ(mode("g"), 0640U);
  EXPECT_EQ(mode("e"), 0750U);
  EXPECT_EQ(mode("p"), 0640U);
  EXPECT_EQ(mode("all"), 0666U);
  EXPECT_EQ(mode("alld"), 0777U);
}

TEST_F(OutsideFidelity, ManyThreadsThatAppendToOneFile) {
  const Observed observed =
      run_and_prove(python("import os, threading\n"
                           "f = os.open('log', os.O_WRONLY | os.O_APPEND | os.O_CREAT)\n"
                           "def go(name):\n"
                           "  for i in range(300): os.write(f, (name + str(i) + '\\n').encode())\n"
                           "ts = [threading.Thread(target=go, args=(n,)) for n in 'abc']\n"
                           "[t.start() for t in ts]; [t.join() for t in ts]\n"));
  EXPECT_EQ(count_of(observed.recording, OpKind::write), 900U);
}

TEST_F(OutsideFidelity, ProcessesOfAPoolAndAQueue) {
  const Observed observed =
      run_and_prove(python("import multiprocessing as mp, os\n"
                           "def work(i):\n"
                           "  with open(f'part{i}', 'w') as f: f.write('x' * 1000 * (i + 1))\n"
                           "  os.replace(f'part{i}', f'done{i}'); return i\n"
                           "if __name__ == '__main__':\n"
                           "  with mp.get_context('fork').Pool(4) as p: assert p.map(work, "
                           "range(20)) == list(range(20))\n"));
  EXPECT_EQ(observed.ending.exit_code, 0);
  EXPECT_EQ(count_of(observed.recording, OpKind::rename), 20U);
}

// A signal may come while a call is on its way to us and back: then it must be done once.
TEST_F(OutsideFidelity, SignalsEvery200Microseconds) {
  const Observed observed =
      run_and_prove(python("import os, signal\n"
                           "signal.signal(signal.SIGALRM, lambda *a: None)\n"
                           "signal.siginterrupt(signal.SIGALRM, False)\n"
                           "signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)\n"
                           "f = os.open('f', os.O_WRONLY | os.O_CREAT | os.O_APPEND)\n"
                           "for i in range(5000): os.write(f, b'%05d\\n' % i)\n"
                           "for i in range(300):\n"
                           "  os.rename('f' if i % 2 == 0 else 'g', 'g' if i % 2 == 0 else 'f')\n"
                           "  os.close(os.open('h', os.O_WRONLY | os.O_CREAT))\n"));
  EXPECT_EQ(observed.ending.exit_code, 0);
  EXPECT_EQ(count_of(observed.recording, OpKind::write), 5000U);
  EXPECT_EQ(read_back("f").size(), 30'000U);
}

TEST_F(OutsideFidelity, SevenHundredOpenFilesOfItsOwn) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < 2000) GTEST_SKIP() << "at most " << limit.rlim_max << " open files";
  const std::string all = python_changes(
      "import os\n"
      "own = [os.open('/dev/null', os.O_RDWR) for i in range(300)]\n"
      "f = os.open('f', os.O_WRONLY | os.O_CREAT)\n"
      "own += [os.open('/dev/null', os.O_RDWR) for i in range(400)]\n"
      "g = os.open('g', os.O_WRONLY | os.O_CREAT)\n"
      "assert len(set(own + [f, g])) == 702\n"
      "for o in own: assert os.fstat(o).st_rdev != 0; os.write(o, b'to nobody')\n"
      "os.write(f, b'one'); os.write(g, b'two')\n");
  EXPECT_EQ(all, "create f; create g; write 3 bytes at 0 of f; write 3 bytes at 0 of g");
}

TEST_F(OutsideFidelity, FiveHundredWatchedFilesAtOnce) {
  const std::string all = python_changes(
      "import os\n"
      "fs = [open(f'f{i}', 'w') for i in range(500)]\n"
      "for f in fs: f.write('x'); f.flush()\n"
      "for f in fs: f.close()\n"
      "for i in range(2000): open('again', 'w').close()\n");
  EXPECT_THAT(all, HasSubstr("write 1 bytes at 0 of f499"));
}

TEST_F(OutsideFidelity, AFileThatIsDeletedWhileOpen) {
  EXPECT_EQ(python_changes("import os\n"
                           "f = open('f', 'w'); f.write('a'); f.flush()\n"
                           "os.unlink('f'); f.write('b'); f.flush()\n"
                           "g = open('f', 'w'); g.write('new'); g.flush(); f.write('c')\n"),
            "create f; write 1 bytes at 0 of f; unlink f; write 1 bytes at 1 of f; create f; "
            "write 3 bytes at 0 of f; write 1 bytes at 2 of f");
}

TEST_F(OutsideFidelity, APathThroughTheProgramsOwnDescriptors) {
  EXPECT_EQ(python_changes("import os\n"
                           "f = os.open('f', os.O_RDWR | os.O_CREAT)\n"
                           "g = os.open(f'/proc/self/fd/{f}', os.O_WRONLY)\n"
                           "os.write(g, b'abc')\n"
                           "d = os.open('.', os.O_RDONLY); os.mkdir('sub', dir_fd=d)\n"
                           "os.chdir('sub'); open('in', 'w').close()\n"
                           "os.rename('in', 'out', src_dir_fd=os.open('.', os.O_RDONLY))\n"),
            "create f; write 3 bytes at 0 of f; mkdir sub; create sub/in; "
            "rename sub/in to sub/out");
}

TEST_F(OutsideFidelity, WhatComesFromOutsideAndGoesThere) {
  std::ofstream(top_ + "/elsewhere") << "from elsewhere";
  EXPECT_EQ(python_changes("import os\n"
                           "os.rename('../elsewhere', 'here'); open('here', 'a').write('+')\n"
                           "open('f', 'w').write('x'); os.rename('f', '../gone')\n"
                           "open('../other', 'w').write('nobody sees it')\n"),
            "arrive " + top_ +
                "/elsewhere to here; write 1 bytes at 14 of here; create f; "
                "write 1 bytes at 0 of f; leave f to " +
                top_ + "/gone");
}

TEST_F(OutsideFidelity, ALockThatTheNextProcessWants) {
  const std::string script =
      "import fcntl, os, subprocess, sys\n"
      "f = open('lock', 'w'); fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
      "n = int(sys.argv[1])\n"
      "if n % 2: f.close()\n"
      "if n == 0: os._exit(0)\n"
      "os.execv(sys.executable, [sys.executable, '-c', open('../lock.py').read(), str(n - 1)])\n";
  std::ofstream(top_ + "/lock.py") << script;
  changes(command({"/usr/bin/python3", "-c", script, "9"}));
}

TEST_F(OutsideFidelity, ALockThatAnotherProcessWaitsFor) {
  changes(
      python("import fcntl, os, time\n"
             "pid = os.fork()\n"
             "f = open('lock', 'w')\n"
             "fcntl.flock(f, fcntl.LOCK_EX)\n"
             "open('got', 'a').write(str(pid == 0) + '\\n'); time.sleep(0.2)\n"
             "if pid == 0: os._exit(0)\n"
             "f.close(); os.waitpid(pid, 0)\n"));
}

TEST_F(OutsideFidelity, AProgramThatWritesAProgramAndRunsIt) {
  changes(
      python("import os, shutil, subprocess\n"
             "for i in range(20):\n"
             "  shutil.copyfile('/bin/true', 'prog'); os.chmod('prog', 0o755)\n"
             "  subprocess.run(['./prog'], check=True); os.unlink('prog')\n"));
}

TEST_F(OutsideFidelity, ALimitOfTheFileSize) {
  const Observed observed = run_and_prove(
      shell("ulimit -f 1; trap '' XFSZ; head -c 100000 /dev/zero > big 2>/dev/null; exit 0"));
  EXPECT_EQ(observed.ending.exit_code, 0);
  EXPECT_LE(read_back("big").size(), 1024U);
  EXPECT_GT(read_back("big").size(), 0U);
}

TEST_F(OutsideFidelity, StaticProgramsAndCStdio) {
  std::ofstream(top_ + "/s.c") << "#include <stdio.h>\nint main() { FILE* f = fopen(\"f\", \"w\"); "
                                  "for (int i = 0; i < 3000; ++i) fprintf(f, \"%d\\n\", i); "
                                  "return fclose(f); }\n";
  const std::string build = "cc -static -o " + top_ + "/s " + top_ + "/s.c 2>/dev/null";
  if (std::system(build.c_str()) != 0) GTEST_SKIP() << "cc -static does not work here";
  EXPECT_EQ(changes(command({top_ + "/s"})),
            "create f; write 4096 bytes at 0 of f; write 4096 bytes at 4096 of f; "
            "write 4096 bytes at 8192 of f; write 1602 bytes at 12288 of f");
}

TEST_F(OutsideFidelity, Node) {
  if (std::system("node -e 0 2>/dev/null") != 0) GTEST_SKIP() << "there is no node";
  const std::string all = changes(command(
      {"node", "-e",
       "const fs = require('fs'); fs.writeFileSync('a', 'x'.repeat(10000)); "
       "fs.copyFileSync('a', 'b'); fs.renameSync('b', 'c'); fs.mkdirSync('d/e', {recursive: true});"
       "fs.promises.writeFile('d/e/f', 'later').then(() => fs.promises.rm('d', {recursive: "
       "true}))"}));
  EXPECT_THAT(all, HasSubstr("create a; write 10000 bytes at 0 of a; create b"));
  EXPECT_THAT(all, HasSubstr("rename b to c; mkdir d; mkdir d/e; create d/e/f; "
                             "write 5 bytes at 0 of d/e/f; "));
  EXPECT_FALSE(std::filesystem::exists(path("d")));
}

TEST_F(OutsideFidelity, LinesOfOutputStandBetweenTheOperations) {
  const Observed observed =
      run_and_prove(shell("echo epoch 1; : > a; echo epoch 2; : > b; printf 'no '; printf 'end'"));
  const std::vector<OutputLine> lines = output_lines(observed.recording);
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0].text, "epoch 1");
  EXPECT_EQ(lines[2].text, "no end");
  const auto creates_before = [&](std::size_t line) {
    Recording part = observed.recording;
    part.operations.resize(lines[line].before);
    return count_of(part, OpKind::create);
  };
  EXPECT_EQ(creates_before(0), 0U);
  EXPECT_EQ(creates_before(1), 1U);
}

TEST_F(OutsideFidelity, WhatCannotBeFollowedIsTold) {
  const Observed observed =
      run_and_prove(python("import os\n"
                           "f = os.open('lost', os.O_WRONLY | os.O_CREAT); g = os.open('kept', "
                           "os.O_WRONLY | os.O_CREAT)\n"
                           "os.write(f, b'a'); os.dup2(f, 50)\n"));
  ASSERT_THAT(observed.recording.not_followed, SizeIs(1));
  const NotFollowed& lost = observed.recording.not_followed.begin()->second;
  EXPECT_EQ(lost.path, path("lost"));
  EXPECT_EQ(lost.why, "a copy of its descriptor is out of sight");
}

}  // namespace
}  // namespace trainwreck::outside
