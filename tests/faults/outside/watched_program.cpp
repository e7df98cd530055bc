#include "tests/faults/outside/watched_program.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace trainwreck::outside {
namespace {

const std::optional<std::string>& reason_to_skip() {
  static const std::optional<std::string> kReason = why_unavailable();
  return kReason;
}

}  // namespace

OutsideTest::OutsideTest() {
  std::string name = std::filesystem::temp_directory_path().string() + "/outside-XXXXXX";
  top_ = mkdtemp(name.data());
  watched_ = top_ + "/watched";
  std::filesystem::create_directory(watched_);
}

OutsideTest::~OutsideTest() { std::filesystem::remove_all(top_); }

void OutsideTest::SetUp() {
  if (reason_to_skip()) GTEST_SKIP() << *reason_to_skip();
}

void OutsideTest::write_before(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
}

std::string OutsideTest::read_back(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream(path(name), std::ios::binary).rdbuf();
  return std::move(text).str();
}

ProgramToWreck OutsideTest::command(std::vector<std::string> words) const {
  return {.command = std::move(words),
          .folder = watched_,
          .watched = {watched_},
          .spool_folder = top_,
          .timeout = std::chrono::seconds(60)};
}

ProgramToWreck OutsideTest::shell(const std::string& script) const {
  return command({"/bin/sh", "-c", script});
}

ProgramToWreck OutsideTest::python(const std::string& script) const {
  return command({"/usr/bin/python3", "-c", script});
}

ProgramToWreck OutsideTest::body(std::function<int()> work) const {
  ProgramToWreck program = command({});
  program.body = std::move(work);
  return program;
}

Observed run_and_prove(const ProgramToWreck& program) {
  LetThrough strategy;
  return run_and_prove(program, strategy);
}

Observed run_and_prove(const ProgramToWreck& program, Strategy& strategy) {
  Observed observed = run_below(program, strategy);
  EXPECT_THAT(observed.failures, testing::IsEmpty());
  EXPECT_THAT(prove(observed.recording), testing::IsEmpty());
  for (const OutputLine& line : output_lines(observed.recording)) {
    if (line.error) ADD_FAILURE() << line.text;
  }
  return observed;
}

std::string changes_of(const Recording& recording, const std::string& folder) {
  std::string all;
  for (const Operation& operation : recording.operations) {
    const bool syncs = operation.kind == OpKind::sync || operation.kind == OpKind::sync_all;
    if (!changes_the_tree(operation.kind) && !syncs) continue;
    if (operation.kind == OpKind::write && operation.length == 0) continue;
    all += (all.empty() ? "" : "; ") + text_of(operation);
  }
  for (std::size_t at = 0; (at = all.find(folder + "/", at)) != std::string::npos;) {
    all.erase(at, folder.size() + 1);
  }
  return all;
}

std::size_t count_of(const Recording& recording, OpKind kind) {
  return static_cast<std::size_t>(
      std::count_if(recording.operations.begin(), recording.operations.end(),
                    [kind](const Operation& operation) { return operation.kind == kind; }));
}

}  // namespace trainwreck::outside
