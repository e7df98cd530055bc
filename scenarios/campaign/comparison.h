#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/campaign/files.h"
#include "scenarios/campaign/wreck.h"

namespace trainwreck::campaign {

// What two undisturbed runs have in common, by value: that is what any other run has to end with.
class Comparison {
 public:
  // `logs` are groups of names whose rows may be lost or doubled.
  Comparison(const Files& first, const Files& second, std::set<std::string> logs,
             const WreckOptions& options);

  // The first thing that the reference has otherwise; files that only the other has are leftovers.
  std::optional<std::string> difference(const Files& reference, const Files& other) const;
  bool nothing_to_compare() const { return compared_.empty(); }
  // "model.json#saved_at", and whole files.
  const std::vector<std::string>& left_out() const { return left_out_; }

 private:
  bool is_ignored(const std::string& name) const;

  const WreckOptions& options_;
  std::map<std::string, std::vector<std::string>> compared_;  // files and their ignored parts
  std::vector<std::string> left_out_;
};

}  // namespace trainwreck::campaign
