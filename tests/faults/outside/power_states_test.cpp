#include "faults/recording/power_states.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <set>

#include "faults/recording/kill_states.h"
#include "tests/faults/outside/watched_program.h"

namespace trainwreck::outside {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr auto kOrdered = PersistenceModel::ext4_ordered;
constexpr auto kNoAlloc = PersistenceModel::ordered_noalloc;
constexpr auto kWeak = PersistenceModel::weak;

std::string text_in(const Recording& recording, const Contents& contents) {
  std::string all;
  for (const Bytes& part : contents.parts) {
    std::string text(part.length, '\0');
    recording.spool->read(part, text);
    all += text;
  }
  return all;
}

// A checkpoint of 3000 times one letter, by the kinds of letters: "absent", "" (empty), "o" (the
// old one), "n" (the new one), "n0" (and zeros), with "short" where it is not whole.
std::string class_of(const Recording& recording, const Tree& tree, const std::string& name) {
  const NodeId root = tree.roots.begin()->second;
  const std::map<std::string, NodeId> names = tree.names_below(root);
  const auto found = names.find(name);
  if (found == names.end()) return "absent";
  const std::string text = text_in(recording, tree.nodes.at(found->second).contents);
  std::string kinds;
  for (const char c : text) {
    const char kind = c == '\0' ? '0' : c;
    if (kinds.find(kind) == std::string::npos) kinds += kind;
  }
  return kinds + (text.size() < 3000 ? " short" : "");
}

class OutsidePower : public OutsideTest {
 protected:
  // With "ckpt" of old bytes there, the script makes it one of new bytes, `n`.
  Recording saving(const std::string& script) {
    write_before("ckpt", std::string(3000, 'o'));
    const Observed observed = run_and_prove(python("import os\nn = b'n' * 3000\n" + script));
    EXPECT_EQ(observed.ending.exit_code, 0);
    return observed.recording;
  }
  void empty_the_folder() const {
    std::filesystem::remove_all(watched_);
    std::filesystem::create_directory(watched_);
  }
  // Where the operation of a kind stands; after it, the cuts begin that it has a say in.
  static std::size_t after(const Recording& recording, OpKind kind) {
    std::size_t at = 0;
    while (recording.operations[at].kind != kind) ++at;
    return at + 1;
  }
  static std::set<std::string> classes(const Recording& recording, PersistenceModel model,
                                       std::size_t from = 0) {
    std::set<std::string> found;
    for_each_power_state(recording, model, {}, [&](const PowerState& state) {
      if (state.done >= from) found.insert(class_of(recording, state.build(), "ckpt"));
    });
    return found;
  }
};

constexpr const char kInPlace[] = "open('ckpt', 'wb').write(n)\n";
constexpr const char kRenamed[] =
    "open('tmp', 'wb').write(n)\n"
    "os.rename('tmp', 'ckpt')\n";
constexpr const char kSynced[] =
    "f = open('tmp', 'wb'); f.write(n); f.flush(); os.fsync(f.fileno()); f.close()\n"
    "os.rename('tmp', 'ckpt')\n";
constexpr const char kDurable[] =
    "f = open('tmp', 'wb'); f.write(n); f.flush(); os.fsync(f.fileno()); f.close()\n"
    "os.rename('tmp', 'ckpt'); d = os.open('.', os.O_RDONLY); os.fsync(d)\n";

TEST_F(OutsidePower, AFileThatIsWrittenInPlaceMayBeAnything) {
  const Recording recording = saving(kInPlace);
  EXPECT_THAT(classes(recording, kOrdered), Contains(" short"));
  EXPECT_THAT(classes(recording, kOrdered), Contains("n"));
  EXPECT_THAT(classes(recording, kOrdered), Contains("o"));
  EXPECT_THAT(classes(recording, kWeak), Contains("on"));
}

TEST_F(OutsidePower, ARenameAloneMayComeBeforeTheData) {
  const Recording recording = saving(kRenamed);
  EXPECT_THAT(classes(recording, kOrdered), testing::ElementsAre("n", "o"));
  EXPECT_THAT(classes(recording, kNoAlloc), Contains(" short"));
  EXPECT_THAT(classes(recording, kWeak), Contains("0"));
}

// Trees that differ count once, wherever the power is cut; what had been claimed by then makes the
// same tree say something else.
TEST_F(OutsidePower, WhatWasClaimedIsHeldAgainstEveryTreeThatCanBeLeftThen) {
  const Recording recording =
      saving(std::string(kSynced) + "print('saved', flush=True)\nopen('other', 'w')\n");
  const std::size_t printed = after(recording, OpKind::output);
  const auto old_ones_after = [&](const PowerBounds& bounds) {
    std::size_t count = 0;
    for_each_power_state(recording, kOrdered, bounds, [&](const PowerState& state) {
      const bool late = state.done >= printed && !state.losses.empty();
      if (late && class_of(recording, state.build(), "ckpt") == "o") ++count;
    });
    return count;
  };
  EXPECT_EQ(old_ones_after({}), 0U);
  EXPECT_GT(old_ones_after({.claim = [&](std::size_t done) { return done >= printed ? 1U : 0U; }}),
            0U);
}

TEST_F(OutsidePower, ASyncBeforeTheRenameKeepsOldOrNew) {
  const Recording recording = saving(kSynced);
  for (const PersistenceModel model : {kOrdered, kNoAlloc, kWeak}) {
    EXPECT_THAT(classes(recording, model), testing::ElementsAre("n", "o"));
  }
}

// Once the script has ended, only a sync of the folder has made sure that it is the new one.
TEST_F(OutsidePower, ASyncOfTheFolderKeepsThePromise) {
  const Recording synced = saving(kSynced);
  const auto end = [](const Recording& recording) { return recording.operations.size(); };
  std::size_t last = 0;
  const auto promised = [&](const Recording& recording) {
    for (std::size_t i = 0; i < end(recording); ++i) {
      if (changes_the_tree(recording.operations[i].kind)) last = i + 1;
    }
    return last;
  };
  EXPECT_THAT(classes(synced, kNoAlloc, promised(synced)), Contains("n"));
  empty_the_folder();
  const Recording durable = saving(std::string(kDurable) + "open('later', 'w')\n");
  for (const PersistenceModel model : {kOrdered, kNoAlloc, kWeak}) {
    EXPECT_THAT(classes(durable, model, promised(durable)), testing::ElementsAre("n"));
  }
}

// A second write while the sync is on its way is not covered, one before it is.
TEST_F(OutsidePower, ASyncCoversWhatWasDoneBeforeItBegan) {
  Recording recording = saving(
      "f = open('ckpt', 'r+b', buffering=0); f.write(n)\n"
      "os.fsync(f.fileno()); open('later', 'w')\n");
  EXPECT_THAT(classes(recording, kWeak, after(recording, OpKind::sync)), testing::ElementsAre("n"));
  for (Operation& operation : recording.operations) {
    if (operation.kind == OpKind::sync) operation.begun = 0;
  }
  EXPECT_THAT(classes(recording, kWeak, after(recording, OpKind::sync)), Contains("o"));
}

TEST_F(OutsidePower, AFolderThatIsMovedAndAnUnnamedFile) {
  const Recording recording = saving(
      "os.mkdir('a'); open('a/x', 'wb').write(n); os.rename('a', 'b')\n"
      "f = os.open('.', os.O_TMPFILE | os.O_RDWR); os.write(f, n)\n"
      "os.link(f'/proc/self/fd/{f}', 'linked', src_dir_fd=f)\n"
      "os.unlink('b/x'); os.rmdir('b')\n");
  std::set<std::string> trees;
  const PowerCount count =
      for_each_power_state(recording, kOrdered, {}, [&](const PowerState& state) {
        const Tree tree = state.build();
        std::string names;
        for (const auto& [name, id] : tree.names_below(tree.roots.begin()->second)) {
          names += name + " ";
        }
        trees.insert(names);
      });
  EXPECT_THAT(trees, Contains("a a/x ckpt "));
  EXPECT_THAT(trees, Contains("b b/x ckpt "));
  EXPECT_THAT(trees, Contains("ckpt linked "));
  EXPECT_THAT(trees, Not(Contains("a b b/x ckpt ")));
  EXPECT_GT(count.different, trees.size());
}

// What is built is what was hashed, and can be put on a disk.
TEST_F(OutsidePower, EqualTreesHaveEqualHashes) {
  const Recording recording = saving(std::string(kRenamed) + kInPlace);
  std::map<std::uint64_t, std::string> trees;
  std::set<std::string> different;
  for_each_power_state(recording, kWeak, {.states_per_cut = 300}, [&](const PowerState& state) {
    const Tree tree = state.build();
    std::string all;
    for (const auto& [name, id] : tree.names_below(tree.roots.begin()->second)) {
      all += name + "=" + text_in(recording, tree.nodes.at(id).contents) + ";";
    }
    EXPECT_TRUE(different.insert(all).second) << explain(recording, state);
  });
  EXPECT_GT(different.size(), 20U);
}

TEST_F(OutsidePower, TheFirstBadStateSaysWhatIsMissing) {
  const Recording recording = saving(kRenamed);
  std::string first;
  for_each_power_state(recording, kNoAlloc, {}, [&](const PowerState& state) {
    const std::string kind = class_of(recording, state.build(), "ckpt");
    if (first.empty() && kind != "o" && kind != "n") first = explain(recording, state);
  });
  EXPECT_EQ(first, "write 3000 bytes at 0 of " + path("tmp") + " is lost, rename " + path("tmp") +
                       " to " + path("ckpt") + " is there");
}

// Method: the same saves of a few and of many bytes, the states of which are as many and take as
// long, because nothing of their size is copied or read twice.
TEST_F(OutsidePower, TheSizeOfACheckpointDoesNotMatter) {
  const auto explore = [&](const std::string& size) {
    empty_the_folder();
    const Observed observed =
        run_and_prove(python("import os\n"
                             "for i in range(6):\n"
                             "  f = open('tmp', 'wb', buffering=0)\n"
                             "  for part in range(4): f.write(bytes([65 + i]) * " +
                             size +
                             ")\n"
                             "  f.close(); os.rename('tmp', 'ckpt')\n"));
    const auto ignore = [](const PowerState&) {};
    for_each_power_state(observed.recording, kOrdered, {}, ignore);  // reads the bytes once
    const auto begin = std::chrono::steady_clock::now();
    const PowerCount count = for_each_power_state(observed.recording, kOrdered, {}, ignore);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    RecordProperty("states_per_second_" + size,
                   std::to_string(static_cast<double>(count.states()) / took.count()));
    return count;
  };
  const PowerCount small = explore("2048");
  const PowerCount large = explore("2000000");
  EXPECT_EQ(small.cuts, large.cuts);
  EXPECT_EQ(small.states(), large.states());
  EXPECT_EQ(small.different, large.different);
}

}  // namespace
}  // namespace trainwreck::outside
