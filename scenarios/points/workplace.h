#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "engine/base/errors.h"
#include "faults/outside/decision.h"
#include "faults/recording/recording.h"
#include "scenarios/points/files.h"

namespace trainwreck::campaign {

// What was asked for cannot be done; the message is one line.
struct UsageError : Error {
  using Error::Error;
};

// One run of the command and what it left.
struct Run {
  outside::Observed observed{};
  Files end{};
  bool ended_by_us = false;  // as was asked for: --until, --saves

  bool well() const {
    const outside::Ending& ending = observed.ending;
    if (ended_by_us) return true;
    return ending.exit_code == 0 && ending.signal == 0 && !ending.timed_out && !ending.tree_killed;
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
  // Another folder at the same path, for this process and its children alone; false where nobody
  // may do that. REQUIRES: the process has one thread.
  bool move_into(std::size_t number);
  // Another folder, with another path. REQUIRES: {dir} in the command.
  void use_own_folder(std::size_t number);
  bool may_have_another_path() const { return !made_by_user_; }

  void empty() const;
  void put(const outside::Tree& tree, const outside::Spool& spool) const;
  // The command, on what the folder holds now. `timezone`: another one than ours.
  Run run(outside::Strategy& strategy, std::chrono::milliseconds timeout,
          const std::string& timezone = "") const;
  Run run(std::chrono::milliseconds timeout) const;

 private:
  std::string place_for(std::size_t number) const;
  void name_folder_in_command();

  std::vector<std::string> words_;  // as they were given
  std::vector<std::string> command_;
  std::string top_;     // ours
  std::string folder_;  // of the program
  bool made_ = false;   // it was not there before
  bool made_by_user_ = false;
};

}  // namespace trainwreck::campaign
