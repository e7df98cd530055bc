// Wrecks the programs of scenarios/library/programs and holds what is said of each against what is
// wrong with it, or nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "faults/outside/launch.h"
#include "scenarios/campaign/wreck.h"

namespace trainwreck::campaign {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kPrograms = TRAINWRECK_SOURCE_DIR "/scenarios/library/programs/";

struct Told {
  int code = 0;
  std::string text{};
};

Told wreck_command(std::vector<std::string> command) {
  WreckOptions options{.command = std::move(command)};
  Told told;
  told.code = wreck(options, [&](std::string_view text) { told.text += text; });
  return told;
}

Told wreck_program(const std::string& name) {
  return wreck_command({"/usr/bin/python3", "-B", "-S", kPrograms + name, "{dir}"});
}

#define SKIP_WHERE_NOTHING_CAN_BE_WATCHED \
  if (const auto reason = outside::why_unavailable()) GTEST_SKIP() << *reason

#define SKIP_UNLESS_MINUTES_ARE_GIVEN                     \
  if (std::getenv("TRAINWRECK_WHOLE_LIBRARY") == nullptr) \
  GTEST_SKIP() << "it takes minutes: ./trainwreck test --full"

// Right programs that look wrong: never red, nothing unknown, and every class tried.
class RightPrograms : public testing::TestWithParam<const char*> {};

TEST_P(RightPrograms, AreNeverRed) {
  SKIP_WHERE_NOTHING_CAN_BE_WATCHED;
  const Told told = wreck_program(GetParam());
  EXPECT_EQ(told.code, kNothingFound) << told.text;
  EXPECT_THAT(told.text, AllOf(Not(HasSubstr("FAILED")), Not(HasSubstr("unknown:")))) << told.text;
}

INSTANTIATE_TEST_SUITE_P(Programs, RightPrograms,
                         testing::Values("json_durable.py", "folder_durable.py", "random_state.py",
                                         "absolute_paths.py", "pickled_strings.py",
                                         "keras_like_zip.py", "time_named_folders.py",
                                         "rotation.py", "elapsed_time.py", "event_files.py",
                                         "progress_bar.py", "loader_workers.py", "waits_a_while.py",
                                         "stops_when_told.py", "inexact_but_honest.py",
                                         "counts_starts.py", "history_in_checkpoint.py",
                                         "random_names.py"),
                         [](const auto& test) {
                           std::string name = test.param;
                           return name.substr(0, name.find('.'));
                         });

// What each broken one has to be told, and nothing else.
struct Broken {
  const char* program;
  int code;
  std::vector<std::string> said;
  std::vector<std::string> not_said;
};

class BrokenPrograms : public testing::TestWithParam<Broken> {};

TEST_P(BrokenPrograms, AreToldWhatIsWrong) {
  SKIP_WHERE_NOTHING_CAN_BE_WATCHED;
  const Told told = wreck_program(GetParam().program);
  EXPECT_EQ(told.code, GetParam().code) << told.text;
  for (const std::string& said : GetParam().said) EXPECT_THAT(told.text, HasSubstr(said));
  for (const std::string& said : GetParam().not_said) EXPECT_THAT(told.text, Not(HasSubstr(said)));
}

INSTANTIATE_TEST_SUITE_P(
    Programs, BrokenPrograms,
    testing::Values(
        Broken{"json_in_place.py",
               kFoundCauses,
               {"FAILED: 1 cause\n", "1 REFUSED", "json_in_place.py:6", "in place (json)",
                "os.replace(tmp, path)"},
               {"unknown:"}},
        Broken{"rename_without_sync.py",
               kFoundCauses,
               {"temporary and rename without sync", "FAILED: 1 cause\n",
                "1 REFUSED  4 points (power cut 4)", "LOST WORK",
                "it had printed \"saved epoch 1\", and save 1 is gone"},
               {"unknown:"}},
        Broken{"files_without_commit.py",
               kFoundCauses,
               {"FAILED: 1 cause\n", "OTHER END", "weights.json", "several files"},
               {"REFUSED", "unknown:"}},
        Broken{"folder_in_place.py",
               kFoundCauses,
               {"REFUSED", "folder_in_place.py:8", "a folder without a commit point"},
               {"unknown:"}},
        Broken{"deleted_first.py",
               kFoundCauses,
               {"STARTED OVER", "the old one is deleted before the new one is whole"},
               {"REFUSED", "unknown:"}},
        Broken{"swallows_errors.py", kFoundCauses, {"SILENT FAILURE"}, {"REFUSED", "unknown:"}},
        Broken{"begins_anew.py", kFoundCauses, {"STARTED OVER"}, {"REFUSED", "unknown:"}},
        Broken{"no_random_state.py",
               kFoundCauses,
               {"FAILED: 1 cause\n", "OTHER END", "ckpt.json: w: ", "random.setstate"},
               {"REFUSED", "unknown:"}},
        Broken{"history_in_memory.py",
               kFoundCauses,
               {"FAILED: 1 cause\n", "OTHER END", "history.json"},
               {"unknown:"}},
        Broken{"saves_in_the_handler.py",
               kFoundCauses,
               {"REFUSED", "SIGTERM", "KeyError"},
               {"unknown:"}}),
    [](const auto& test) {
      const std::string name = test.param.program;
      return name.substr(0, name.find('.'));
    });

TEST(WreckedPrograms, AnHonestInexactResumeIsToldAndNoFailure) {
  SKIP_WHERE_NOTHING_CAN_BE_WATCHED;
  const Told told = wreck_program("inexact_but_honest.py");
  EXPECT_THAT(told.text,
              AllOf(HasSubstr("INEXACT"), HasSubstr("the random state is not restored")));
}

TEST(WreckedPrograms, AChildThatDiesIsWaitedForWithoutEnd) {
  SKIP_WHERE_NOTHING_CAN_BE_WATCHED;
  SKIP_UNLESS_MINUTES_ARE_GIVEN;
  const Told told = wreck_program("waits_for_ever.py");
  EXPECT_EQ(told.code, kFoundCauses) << told.text;
  EXPECT_THAT(told.text, AllOf(HasSubstr("1 HUNG"), HasSubstr("one process killed")));
}

TEST(WreckedPrograms, WithPyTorchToo) {
  SKIP_WHERE_NOTHING_CAN_BE_WATCHED;
  SKIP_UNLESS_MINUTES_ARE_GIVEN;
  if (std::system("/usr/bin/python3 -c 'import torch' 2>/dev/null") != 0) {
    GTEST_SKIP() << "/usr/bin/python3 has no torch";
  }
  const auto with_torch = [](const std::string& name) {
    return wreck_command({"/usr/bin/python3", "-B", kPrograms + name, "{dir}"});
  };
  const Told red = with_torch("torch_in_place.py");
  EXPECT_EQ(red.code, kFoundCauses) << red.text;
  EXPECT_THAT(red.text, AllOf(HasSubstr("1 REFUSED"), HasSubstr("torch_in_place.py:12"),
                              HasSubstr("in place (torch)"), HasSubstr("torch.save(state, f)")));
  const Told green = with_torch("torch_durable.py");
  EXPECT_EQ(green.code, kNothingFound) << green.text;
}

TEST(WreckedPrograms, InCppToo) {
  SKIP_WHERE_NOTHING_CAN_BE_WATCHED;
  std::string folder = std::filesystem::temp_directory_path().string() + "/wreck-cpp-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const auto build = [&](const std::string& name) {
    const std::string program = folder + "/" + name;
    const std::string line = "c++ -std=c++17 -o " + program + " " + kPrograms + name + ".cc";
    return std::system(line.c_str()) == 0 ? program : "";
  };
  const std::string broken = build("cpp_in_place");
  const std::string mended = build("cpp_durable");
  ASSERT_FALSE(broken.empty() || mended.empty());
  const Told red = wreck_command({broken, "{dir}"});
  EXPECT_EQ(red.code, kFoundCauses) << red.text;
  EXPECT_THAT(red.text, AllOf(HasSubstr("REFUSED"), HasSubstr("ckpt.txt is damaged")));
  const Told green = wreck_command({mended, "{dir}"});
  EXPECT_EQ(green.code, kNothingFound) << green.text;
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace trainwreck::campaign
