#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "scenarios/campaign/comparison.h"
#include "scenarios/points/saves.h"
#include "scenarios/points/watch.h"
#include "scenarios/points/workplace.h"

namespace trainwreck::campaign {

// What is known of the undisturbed training.
struct Reference {
  Run run{};
  std::set<std::string> logs{};
  Saves saves{};
  std::chrono::milliseconds timeout{30'000};
  std::string until{};      // a line of output with this text ends every run
  bool cut_short = false;   // it was ended by us after some saves
  bool to_the_end = false;  // second runs are not ended when they are decided
};

std::string bytes_of(const outside::Contents& contents, const outside::Spool& spool);
Files files_of(const outside::Tree& tree, const outside::Spool& spool);

// Says, while a second run is under way, whether its end is known: two saves in a row are those of
// the reference, and all that is compared is then as it was in the reference at that moment.
class Decider {
 public:
  // `early`: before the reference's own end.
  Decider(const Reference& reference, const Comparison& comparison, std::string folder, bool early)
      : reference_(reference), comparison_(comparison), folder_(std::move(folder)), early_(early) {}

  Enough::Now completed(const std::string& name);
  bool decided() const { return decided_; }
  // The save that it went on from, if the first one that it made tells that.
  std::optional<std::size_t> from() const { return first_; }

 private:
  std::optional<std::size_t> save_in(const std::string& name) const;
  bool all_is_as_after(std::size_t number) const;

  const Reference& reference_;
  const Comparison& comparison_;
  const std::string folder_;
  const bool early_;
  std::optional<std::size_t> first_;
  bool any_ = false;
  std::size_t next_ = 0;
  std::size_t matches_ = 0;
  bool decided_ = false;
};

}  // namespace trainwreck::campaign
