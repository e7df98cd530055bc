#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace trainwreck::outside {

// A program and how it is run. All limits are there so that no program, however odd, takes more
// than it was given.
struct ProgramToWreck {
  std::vector<std::string> command{};      // looked up in PATH
  std::function<int()> body{};             // instead of a command: runs in a forked process
  std::vector<std::string> environment{};  // "NAME=value"; empty: ours
  std::string folder{};                    // it starts there; empty: ours
  // Folders that exist. Operations below them are recorded and decided on; all others are nobody's
  // business.
  std::vector<std::string> watched{};
  bool record = true;          // off: only decisions, no history and no bytes
  std::string spool_folder{};  // empty: $TMPDIR or /tmp
  std::uint64_t spool_bytes = std::uint64_t{4} << 30U;
  std::uint64_t output_bytes = std::uint64_t{4} << 20U;  // of its lines; the rest is read and lost
  std::uint64_t processes = 1000;             // alive at once; above it a fork gets EAGAIN
  std::chrono::milliseconds timeout{60'000};  // then all of it is killed
  std::chrono::milliseconds orphans{10'000};  // how long children may outlive the program
  // Signals that the program gets at a time after its start.
  struct TimedSignal {
    std::chrono::milliseconds after{0};
    int number = 0;
  };
  std::vector<TimedSignal> signals{};
  // System calls, by name, that are not looked at. Only for showing that a recording notices.
  std::vector<std::string> blind_to{};
};

// How it ended.
struct Ending {
  int exit_code = 0;
  int signal = 0;             // it was killed by this one
  bool timed_out = false;     // by us, at the end of its time
  bool tree_killed = false;   // by us, by decision
  bool orphans = false;       // some of it outlived the program for longer than allowed
  std::string start_error{};  // the command could not be started; nothing ran
  std::chrono::nanoseconds took{0};
};

}  // namespace trainwreck::outside
