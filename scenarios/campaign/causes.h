#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "scenarios/campaign/points.h"
#include "scenarios/campaign/verdict.h"

namespace trainwreck::campaign {

// Points that fail for one reason.
struct Cause {
  std::string id{};  // the same in every run of the same program
  End end = End::same;
  std::string where{};
  std::string first{};  // the first point, in words
  Verdict verdict{};    // of that
  std::size_t points = 0;
  std::string advice{};
};

// All verdicts of a campaign, counted and put together by cause.
class Findings {
 public:
  // `where` and `what` say which control it was.
  void add_control(const std::string& where, const std::string& what, const Verdict& verdict);
  void add(const Point& point, const Verdict& verdict);

  const std::vector<Cause>& causes() const { return causes_; }
  std::size_t count(Fault fault, End end) const;
  std::size_t count(End end) const;
  // Why some verdicts are unknown.
  const std::map<std::string, std::size_t>& unknown() const { return unknown_; }

 private:
  void add_cause(const std::string& where, const std::string& what, const Verdict& verdict,
                 const std::string& advice);

  std::vector<Cause> causes_;
  std::array<std::array<std::size_t, kEndNames.size()>, kFaultNames.size()> counts_{};
  std::map<std::string, std::size_t> unknown_;
};

}  // namespace trainwreck::campaign
