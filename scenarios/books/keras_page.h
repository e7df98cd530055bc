#pragma once

#include <set>
#include <string>
#include <vector>

#include "scenarios/flow/vocabulary.h"

namespace trainwreck {

// How one story ended under one profile, and which clauses of the contract it broke on the way.
struct StoryEnd {
  std::string text;  // "completed", "failed: ShapeError", "dies"
  bool good = true;  // completed or stopped
  std::set<std::string> broken;
};

// A story that was observed in Keras, told under both profiles.
struct ToldTwice {
  std::string situation;  // its folder, in words
  std::string name;
  std::string case_name;
  StoryEnd keras;
  StoryEnd hardened;
};

// Runs every scenario of these files that tells an observation.
std::vector<ToldTwice> tell_twice(const std::vector<std::string>& files,
                                  const Vocabulary& vocabulary);

// docs/keras.md: what Keras does in these stories and what a hardened loop does, the surprising
// ones first; then the clauses that the keras profile breaks, by situation.
std::string keras_page(std::vector<ToldTwice> stories, const Vocabulary& vocabulary);

}  // namespace trainwreck
