#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "faults/outside/decision.h"
#include "faults/recording/recording.h"
#include "scenarios/campaign/files.h"

namespace trainwreck::campaign {

// One run of the command and what it left.
struct Run {
  outside::Observed observed{};
  Files end{};

  bool well() const {
    const outside::Ending& ending = observed.ending;
    return ending.exit_code == 0 && ending.signal == 0 && !ending.timed_out;
  }
};

// The folder that every run of a campaign finds at the same path, since checkpoints hold paths.
// Goes with all that is in it.
class Workplace {
 public:
  // `{dir}` in the command becomes the folder: `folder`, which has to be empty or absent, or one
  // below the folder for temporary files. Throws UsageError.
  Workplace(std::vector<std::string> command, const std::string& folder);
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  ~Workplace();

  const std::string& folder() const { return folder_; }
  void empty() const;
  void put(const outside::Tree& tree, const outside::Spool& spool) const;
  // The command, on what the folder holds now.
  Run run(outside::Strategy& strategy, std::chrono::milliseconds timeout) const;
  Run run(std::chrono::milliseconds timeout) const;

 private:
  std::vector<std::string> command_;
  std::string top_;     // ours
  std::string folder_;  // of the program
  bool made_ = false;   // it was not there before
};

}  // namespace trainwreck::campaign
