// Method: configures a project that has nothing but the fuzzer's function, with an empty corpus.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "tests/support/temporary_folder.h"

// The main function of a fuzzer without libFuzzer, as it is.
#define main replay_main
#include "fuzz/replay.cpp"
#undef main

namespace trainwreck {
namespace {

int replayed(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "fuzzer");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return replay_main(static_cast<int>(argv.size()), argv.data());
}

// What cmake says of a fuzzer with this corpus.
std::string configured(const testing::TemporaryFolder& folder, const std::string& corpus) {
  std::ofstream(folder.at("mine.cpp")) << "";
  std::ofstream(folder.at("CMakeLists.txt"))
      << "cmake_minimum_required(VERSION 3.20)\nproject(mine LANGUAGES NONE)\nenable_testing()\n"
         "foreach(call add_executable target_link_libraries target_sources)\n"
         "  cmake_language(EVAL CODE \"function(${call})\\nendfunction()\")\nendforeach()\n"
         "include("
      << TRAINWRECK_SOURCE_DIR << "/fuzz/generator_fuzzer.cmake)\n"
      << "trainwreck_add_generator_fuzzer(mine mine.cpp CORPUS " << corpus << ")\n";
  const std::string root = folder.path();
  const std::string command = "cmake -S " + root + " -B " + root + "/build 2>&1";
  std::string said;
  std::FILE* pipe = popen(command.c_str(), "r");
  for (int byte = std::fgetc(pipe); byte != EOF; byte = std::fgetc(pipe)) {
    said += static_cast<char>(byte);
  }
  pclose(pipe);
  return said;
}

TEST(EmptyCorpus, IsRefusedWhereItIsConfigured) {
  const testing::TemporaryFolder folder;
  std::filesystem::create_directory(folder.at("corpus"));
  EXPECT_NE(configured(folder, "corpus").find("there is no file in CORPUS"), std::string::npos);
  std::ofstream(folder.at("corpus/one")) << "ab";
  const std::string said = configured(folder, "corpus");
  EXPECT_NE(said.find("Generating done"), std::string::npos) << said;
}

TEST(EmptyCorpus, IsNothingToReplay) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(replayed({}), 2);
  EXPECT_EQ(replayed({folder.path()}), 2);
  EXPECT_EQ(replayed({folder.at("missing")}), 2);
}

}  // namespace
}  // namespace trainwreck
