#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/campaign/advice.h"
#include "scenarios/campaign/verdict.h"
#include "scenarios/points/points.h"

namespace trainwreck::campaign {

// Points that fail for one reason: at one line of the program, or where that is not known with the
// same last words; of wrong ends, in the same file.
struct Cause {
  std::string id{};  // the same in every run of the same program
  End end = End::same;
  PointName first{};  // the first point
  Verdict verdict{};  // of that
  std::map<Fault, std::size_t> points{};
  std::string advice{};
  bool control = false;  // it was found without a fault
  bool known = false;    // and accepted

  std::size_t count() const;
};

// All verdicts of a campaign, counted and put together by cause.
class Findings {
 public:
  void set_setting(Setting setting) { setting_ = std::move(setting); }
  const Setting& setting() const { return setting_; }
  // Ids that are accepted.
  void set_known(std::set<std::string> known) { known_ = std::move(known); }

  void add_control(const std::string& where, const std::string& what, const Verdict& verdict);
  void add(const PointName& point, const Verdict& verdict);

  // Those that fail, in the order in which they were found.
  const std::vector<Cause>& causes() const { return causes_; }
  // Those that are told: lost work, and what is inexact and says so.
  const std::vector<Cause>& told() const { return told_; }
  bool fails() const;
  // Accepted causes that did not come up.
  std::vector<std::string> vanished() const;
  std::size_t count(Fault fault, End end) const;
  std::size_t count(End end) const;
  // Why some verdicts are unknown.
  const std::map<std::string, std::size_t>& unknown() const { return unknown_; }

 private:
  Cause& cause_of(const PointName& point, const Verdict& verdict);

  Setting setting_;
  std::set<std::string> known_;
  std::vector<Cause> causes_;
  std::vector<Cause> told_;
  std::array<std::array<std::size_t, kEndNames.size()>, kFaultNames.size()> counts_{};
  std::map<std::string, std::size_t> unknown_;
};

}  // namespace trainwreck::campaign
