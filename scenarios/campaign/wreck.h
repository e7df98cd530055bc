#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/points/workplace.h"

namespace trainwreck::campaign {

struct WreckOptions {
  std::vector<std::string> command{};
  std::string folder{};  // where it saves; empty: what {dir} stands for
  std::chrono::milliseconds budget{600'000};
  std::size_t jobs = 2;
  std::size_t points = 0;             // at most so many; 0: no limit
  std::vector<std::string> ids{};     // only these points
  bool thorough = false;              // every point, not three of a class that agree
  std::vector<std::string> ignore{};  // GLOB or GLOB#PART
  double rtol = 0.0;
  std::string disk{"ext4_ordered"};  // what a power cut may take: the name of a model
  std::string until{};               // a line of output that holds this ends every run
  std::size_t saves = 0;             // the undisturbed runs are ended after so many; 0: never
  bool to_the_end = false;
  std::size_t shard = 1;  // of `shards`
  std::size_t shards = 1;
  std::string known{};  // a file with ids of causes that are accepted
  std::string json{};   // files for the results; empty: none
  std::string junit{};
  bool github = false;    // annotations for a workflow
  std::string save{};     // a folder for the findings
  std::string go_on{};    // results of an earlier campaign
  bool progress = false;  // how far it is, while it works
};

// What the program ends with, as everywhere, and one more of its own.
enum WreckExit : int {
  kNothingFound = 0,
  kFoundCauses = 1,
  kCannotWreck = 2,
  kNotKnown = 3,          // the harness failed, or was interrupted, or cannot say
  kNothingToCompare = 4,  // undisturbed, it fails, saves nothing or leaves nothing to compare
};

using Print = std::function<void(std::string_view)>;

// Asks what becomes of a training that is killed, loses its power or its disk at any moment, and is
// started again. Prints as it goes. Throws UsageError, outside::CannotWatch, IoError.
int wreck(const WreckOptions& options, const Print& print);

}  // namespace trainwreck::campaign
