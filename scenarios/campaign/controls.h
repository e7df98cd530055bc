#pragma once

#include <memory>
#include <string>
#include <vector>

#include "faults/recording/content_hash.h"
#include "scenarios/campaign/comparison.h"
#include "scenarios/campaign/results.h"
#include "scenarios/campaign/second_run.h"

namespace trainwreck::campaign {

// What is known of a program before anything is done to it: everything else rests on it.
class Controls {
 public:
  Controls(const WreckOptions& options, const Workplace& workplace, const Print& print,
           Findings& findings, Results& results)
      : options_(options),
        workplace_(workplace),
        print_(print),
        findings_(findings),
        results_(results) {}

  // Undisturbed runs, in different seconds and time zones and on a slow disk, and one more at its
  // end. kNothingFound: the campaign can go on.
  int undisturbed();
  // REQUIRES: that.
  void gentle_resume(SecondRuns& second_runs);
  // Really kills it at one of these points: what is left has to be what was computed.
  void canary(const Points& points);

  const Reference& reference() const { return reference_; }
  Comparison& comparison() { return *comparison_; }
  outside::ContentHash& hash() { return *hash_; }
  const Traits& traits() const { return traits_; }
  // What else a kill can leave when everything takes its time: others may overtake it.
  void add_kills_on_a_slow_disk(Points& points);

 private:
  void say(const std::string& text) const { print_(text + "\n"); }
  void tell(const std::string& where, const std::string& what, const Verdict& verdict);
  Run run(outside::Strategy& strategy, const std::string& timezone);
  int refuse(const Run& run);
  void understand(const Run& second, const Run& again);
  void tell_undisturbed(const Run& second, const std::vector<std::string>& unproven) const;
  void started_again(const Run& second, const Run& again);
  void slow_disk();
  void name_setting();

  const WreckOptions& options_;
  const Workplace& workplace_;
  const Print& print_;
  Findings& findings_;
  Results& results_;
  Reference reference_;
  Traits traits_;
  std::unique_ptr<Run> slow_;  // if it went well and its recording has proven itself
  std::unique_ptr<outside::ContentHash> slow_hash_;
  std::unique_ptr<outside::ContentHash> hash_;
  std::unique_ptr<Comparison> comparison_;
};

}  // namespace trainwreck::campaign
