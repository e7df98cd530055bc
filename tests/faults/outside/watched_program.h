#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "faults/outside/run_below.h"
#include "faults/recording/disk_tree.h"

namespace trainwreck::outside {

// Programs that are watched in a folder of their own, which goes with the test. A machine that does
// not allow it skips the test and says why.
class OutsideTest : public testing::Test {
 protected:
  OutsideTest();
  ~OutsideTest() override;
  void SetUp() override;

  std::string path(const std::string& name) const { return watched_ + "/" + name; }
  void write_before(const std::string& name, const std::string& text) const;
  std::string read_back(const std::string& name) const;
  ProgramToWreck command(std::vector<std::string> words) const;
  ProgramToWreck shell(const std::string& script) const;
  ProgramToWreck python(const std::string& script) const;
  ProgramToWreck body(std::function<int()> work) const;

  std::string top_;      // holds what is not watched
  std::string watched_;  // within it
};

// Runs it, and requires that nothing went wrong with the watching and that what was recorded gives
// the folder as it is.
Observed run_and_prove(const ProgramToWreck& program);
Observed run_and_prove(const ProgramToWreck& program, Strategy& strategy);

// "create a; write 3 bytes at 0 of a": what counts, without what only looks or tells.
std::string changes_of(const Recording& recording, const std::string& folder);
std::size_t count_of(const Recording& recording, OpKind kind);

}  // namespace trainwreck::outside
