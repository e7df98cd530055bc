#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/campaign/wreck.h"
#include "scenarios/points/files.h"

namespace trainwreck::campaign {

// What undisturbed runs have in common, by value: that is what any other run has to end with.
// Names that differ between undisturbed runs by numbers alone (of times, of processes) are counted
// from the last one: "last: run-N/model.json".
class Comparison {
 public:
  // `logs` are groups of names whose rows may be lost or doubled.
  Comparison(const Files& first, const Files& second, std::set<std::string> logs,
             const WreckOptions& options);

  // One more undisturbed run: what it has otherwise than the first is left out from now on. Whether
  // there was any such thing.
  bool learn(const Files& first, const Files& another);

  // How often a training was started is no part of its end. Whether this difference is in such a
  // value; then it is left out.
  bool leave_out_count_of_starts(const std::string& difference);

  // The first thing that the reference has otherwise; files that only the other has are leftovers.
  std::optional<std::string> difference(const Files& reference, const Files& other) const;
  // Whether two files are the same save, whatever numbers stand in their names.
  bool same_save(const std::string& name, const std::string& bytes, const std::string& other_name,
                 const std::string& other_bytes) const;
  bool nothing_to_compare() const { return compared_.empty(); }
  // "model.json#saved_at", and whole files.
  const std::vector<std::string>& left_out() const { return left_out_; }

 private:
  Files with_counted_names(const Files& files) const;
  bool is_ignored(const std::string& name) const;
  void leave_out(const std::string& text);
  void compare(const std::string& name, const std::string& bytes, const std::string& other);

  const WreckOptions& options_;
  std::set<std::string> logs_;
  std::set<std::string> counted_;                             // groups
  std::map<std::string, std::vector<std::string>> compared_;  // files and their ignored parts
  std::vector<std::string> left_out_;
};

}  // namespace trainwreck::campaign
