#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/flow/plan.h"

namespace trainwreck {

// One run, in one word for a command line: what it takes to make it again, and whether scenario and
// program are still the same.
struct ReplayToken {
  std::string profile;
  std::uint64_t seed = 0;
  std::string scenario;  // checksum of the file's text
  std::string build;     // of this program
  std::string case_name;
  std::string path;

  friend bool operator==(const ReplayToken&, const ReplayToken&) = default;
};

// "tw1:keras:1:1c291ca3:9e83aa10:three%20epochs:scenarios/library/x.json".
std::string text_of(const ReplayToken& token);
// nullopt where the text is no token.
std::optional<ReplayToken> token_from(std::string_view text);

ReplayToken token_for(const Plan& plan);
// What tells one build of this program from another.
std::string build_id();
// Of a scenario file, or "" where it cannot be read.
std::string checksum_of_file(const std::string& path);

}  // namespace trainwreck
