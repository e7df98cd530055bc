#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "engine/checkpoint/save.h"
#include "faults/power/persistence.h"
#include "tests/faults/kinds/faulty_run.h"

namespace trainwreck::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string in_second_epoch(const std::string& kind, const std::string& site,
                            const std::string& rest = "") {
  return R"({"kind": ")" + kind + R"(", "at": {"epoch": 1, "site": ")" + site + R"("})" + rest +
         "}";
}

std::vector<std::string> names(const Ran& ran) {
  std::vector<std::string> all;
  for (const auto& [path, bytes] : ran.files) all.push_back(path);
  return all;
}

TEST(FileErrors, AreTypedAndLeaveTheOldCheckpointAlone) {
  const Ran clean = run(RunSetup{});
  const std::string first = clean.files.at("ckpt/1.safetensors");
  for (const auto& [kind, site, text] : std::vector<std::array<std::string, 3>>{
           {"io_error", "file.append", "Input/output error"},
           {"io_error", "file.close", "Input/output error"},
           {"access_denied", "file.create", "Permission denied"},
           {"read_only", "file.rename", "Read-only file system"},
           {"interrupted_call", "file.append", "Interrupted system call"},
           {"disk_full", "file.append", "No space left on device"},
           {"failing_rename", "file.rename", "Input/output error"}}) {
    for (const Policy& policy : {hardened(), keras()}) {
      const Ran ran = run(in_second_epoch(kind, site), policy);
      if (ran.fired.at(kind) == 0) continue;  // a protocol without that operation
      EXPECT_EQ(ran.status(), "failed") << kind << " " << site;
      EXPECT_EQ(ran.result.error.value().type, "IoError");
      EXPECT_THAT(ran.error(), HasSubstr(text));
      EXPECT_EQ(ran.files.at("ckpt/1.safetensors"), first);
    }
  }
}

TEST(FileErrors, InHardenedNoTemporaryIsLeft) {
  for (const char* site : {"file.append", "file.sync", "file.close", "file.rename"}) {
    const Ran ran = run(in_second_epoch("io_error", site), hardened());
    EXPECT_THAT(names(ran), ElementsAre("ckpt/1.safetensors")) << site;
  }
}

TEST(DiskFull, LetsExactlyThatManyBytesThrough) {
  const Ran ran = run({.faults = {R"({"kind": "disk_full", "room": 100,
                                      "at": {"site": "file.append"}})"},
                       .policy = keras()});
  EXPECT_EQ(ran.status(), "failed");
  ASSERT_EQ(ran.files.size(), 1U);
  EXPECT_EQ(ran.files.begin()->second.size(), 100U);
}

TEST(DiskFull, StaysFullAsLongAsItIsSaid) {
  FaultyWorld world;
  world.injector.plan(fault_from(
      R"({"kind": "disk_full", "room": 5, "times": "always", "at": {"site": "file.append"}})"));
  const auto file = world.seams().files.create("log");
  file->append("123");
  for (int i = 0; i < 2; ++i) {
    try {
      file->append("456");
      FAIL() << "it fitted";
    } catch (const IoError& error) {
      EXPECT_EQ(error.code, ENOSPC);
    }
  }
  EXPECT_EQ(world.disk.files().at("log"), "12345");
}

TEST(ShortWrite, GoesUnnoticedWithoutReadingBack) {
  const Ran clean = run(RunSetup{});
  const std::string torn = in_second_epoch("short_write", "file.append");
  const Ran soft = run(torn, keras());
  EXPECT_EQ(soft.status(), "completed");
  EXPECT_LT(soft.files.at("ckpt/2.safetensors").size(),
            clean.files.at("ckpt/2.safetensors").size());
  const Ran hard = run(torn, hardened());
  EXPECT_EQ(hard.result.error.value().type, "FormatError");
  EXPECT_THAT(names(hard), ElementsAre("ckpt/1.safetensors"));
}

TEST(TornWrite, KillsWithAPartOfTheBytesOnDisk) {
  const Ran soft = run(in_second_epoch("torn_write", "file.append"), keras());
  EXPECT_TRUE(soft.died);
  EXPECT_EQ(soft.cause, "SIGKILL");
  const Ran hard =
      run(in_second_epoch("torn_write", "file.append", R"(, "kept_fraction": 0.25)"), hardened());
  EXPECT_TRUE(hard.died);
  EXPECT_THAT(names(hard), ElementsAre("ckpt/1.safetensors", "ckpt/2.safetensors.0.tmp"));
}

TEST(FailingSync, IsAnErrorWhereSomebodySyncs) {
  const Ran ran = run(in_second_epoch("failing_sync", "file.sync"), hardened());
  EXPECT_THAT(ran.error(), HasSubstr("Input/output error"));
}

TEST(LyingSync, IsSeenByNobodyBeforeThePowerGoes) {
  const char* lie = R"({"kind": "lying_sync", "times": "always", "at": {"site": "file.sync"}})";
  const char* directory =
      R"({"kind": "lying_sync", "times": "always", "at": {"site": "file.sync_directory"}})";
  EXPECT_EQ(run({.faults = {lie, directory}}).status(), "completed");
  bool lost = false;
  for (int epoch = 1; epoch < 12; ++epoch) {
    const Ran ran = run({.faults = {lie, directory,
                                    R"({"kind": "power_cut", "disk": "weak",
                                        "at": {"site": "step.forward", "epoch": )" +
                                        std::to_string(epoch) + "}}"},
                         .epochs = 12});
    EXPECT_TRUE(ran.died);
    lost = lost || names(ran).size() < static_cast<std::size_t>(epoch);
  }
  EXPECT_TRUE(lost);
}

TEST(PowerCut, NeverTakesWhatTheDurableProtocolHasPublished) {
  for (const std::string_view disk : persistence_models()) {
    if (disk == "fsync_fails") continue;  // against which no protocol helps
    const Ran ran = run({.faults = {R"({"kind": "power_cut", "disk": ")" + std::string(disk) +
                                    R"(", "at": {"site": "step.forward", "epoch": 1}})"}});
    EXPECT_TRUE(ran.died);
    EXPECT_EQ(ran.cause, "power cut");
    EXPECT_EQ(ran.files, run({.epochs = 1}).files) << disk;
  }
}

TEST(FailingRename, WithTheErrorThatWasAskedFor) {
  const Ran ran =
      run(in_second_epoch("failing_rename", "file.rename", R"(, "error": "EXDEV")"), hardened());
  EXPECT_THAT(ran.error(), HasSubstr("Invalid cross-device link"));
}

TEST(ReadError, FailsOrGivesTooLittle) {
  FaultyWorld world;
  world.disk.replace({{"a", "0123456789"}});
  world.injector.plan(fault_from(R"({"kind": "read_error"})"));
  world.injector.plan(fault_from(R"({"kind": "read_error", "kept_fraction": 0.3, "skip": 1})"));
  EXPECT_THROW(world.seams().files.read("a"), IoError);
  EXPECT_EQ(world.seams().files.read("a"), "012");
  EXPECT_EQ(world.seams().files.read("a"), "0123456789");
}

TEST(BitRot, OnTheWayToTheDiskOrFromIt) {
  FaultyWorld world;
  FileSystem& files = world.seams().files;
  world.injector.plan(fault_from(R"({"kind": "bit_rot", "at": {"site": "file.read"}})"));
  world.injector.plan(fault_from(R"({"kind": "bit_rot", "at": {"site": "file.append"}})"));
  const std::string zeros(16, '\0');
  files.create("a")->append(zeros);
  const auto ones = [](const std::string& bytes) {
    int count = 0;
    for (const char byte : bytes) count += std::popcount(static_cast<unsigned char>(byte));
    return count;
  };
  EXPECT_EQ(ones(world.disk.files().at("a")), 1);
  const std::string first = files.read("a");
  EXPECT_NE(first, files.read("a")) << "what rots on its way is there the next time";
  EXPECT_EQ(files.read("a"), world.disk.files().at("a"));
}

TEST(BitRot, IsFoundByReadingBack) {
  const Ran ran = run(in_second_epoch("bit_rot", "file.append"), hardened());
  EXPECT_EQ(ran.result.error.value().type, "FormatError");
  EXPECT_EQ(run(in_second_epoch("bit_rot", "file.append"), keras()).status(), "completed");
}

TEST(FileShim, WritesDownEveryOperation) {
  FaultyWorld world;
  FileSystem& files = world.seams().files;
  world.injector.plan(
      fault_from(R"({"kind": "io_error", "at": {"site": "file.append"}, "skip": 1})"));
  files.make_directory("d");
  const auto file = files.create("d/a.tmp");
  file->append("abc");
  EXPECT_THROW(file->append("de"), IoError);
  file->sync();
  file->close();
  files.rename("d/a.tmp", "d/a");
  files.sync_directory("d");
  EXPECT_THROW(files.remove("nothing"), IoError);
  const auto again = files.open_append("d/a");
  again->append("z");
  files.read("d/a");
  std::vector<std::string> lines;
  for (const TraceLine& line : world.recorder.trace().lines) {
    const TraceEvent& event = line.event;
    if (event.kind != TraceKind::file) continue;
    lines.push_back(std::string(event.what) + " " + std::string(event.who) + " " +
                    std::to_string(event.number) + "@" +
                    std::to_string(static_cast<int>(event.value)) + " " +
                    std::to_string(event.step) + " " + std::string(event.detail));
  }
  EXPECT_THAT(lines, ElementsAre("make_directory d 0@0 0 ok", "create d/a.tmp 0@0 0 ok",
                                 "append d/a.tmp 3@0 0 ok", "append d/a.tmp 0@3 5 EIO",
                                 "sync d/a.tmp 0@0 0 ok", "close d/a.tmp 0@0 0 ok",
                                 "rename d/a.tmp 0@0 0 d/a", "sync_directory d 0@0 0 ok",
                                 "remove nothing 0@0 2 ENOENT", "open_append d/a 0@0 0 ok",
                                 "append d/a 1@3 0 ok", "read d/a 4@0 0 ok"));
}

}  // namespace
}  // namespace trainwreck::testing
