#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/seams/trace.h"

namespace trainwreck {

class Clock;

// How long each callback's hooks take: real time, and what they make the simulated clock advance.
class HookTimer final : public TraceSink {
 public:
  HookTimer(bool on, Clock& clock, TraceSink& next) : on_(on), clock_(clock), next_(next) {}
  void begin_call();
  void end_call();
  void record(const TraceEvent& event) override;
  const std::map<std::string, std::int64_t>& times() const { return times_; }
  std::int64_t calls_time() const { return calls_time_; }

 private:
  std::int64_t now() const;

  bool on_;
  Clock& clock_;
  TraceSink& next_;
  std::vector<std::int64_t> begun_;
  std::map<std::string, std::int64_t> times_;
  std::int64_t call_began_ = 0;
  std::int64_t calls_time_ = 0;
};

}  // namespace trainwreck
