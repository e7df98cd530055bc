#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/suite/colours.h"
#include "scenarios/suite/exit_code.h"
#include "scenarios/suite/suite.h"

namespace trainwreck {

// "file.json:12: /when/0/kind ...".
std::string mistake_text(const std::string& file, const Diagnostic& mistake);

// "name [case] (profile)", with the number of the repetition where there are several.
std::string title_of(const Plan& plan);
// "PROGRAM replay TOKEN": does this one run again.
std::string replay_line(const Plan& plan);
// What can go wrong: the folder below the library, or the file's own folder.
std::string group_of(const std::string& path);
bool is_failure(VerdictKind kind);
// The lines that say what a run that did not come back did last, and where it was.
std::vector<std::string> remains_of(const Verdict& verdict);

// How far a suite is, on stderr: one line that is redrawn on a terminal, nothing elsewhere.
class Progress {
 public:
  Progress(std::size_t total, bool terminal) : total_(total), terminal_(terminal) {}
  void done(const Plan& plan, const Verdict& verdict);
  void finish();

 private:
  std::size_t total_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  bool terminal_;
};

// Every failure in full, equal ones once; how many claims turned out false; and last a table by
// what can go wrong (the folders of the library) with both profiles side by side, and the sums.
// Folded to so many columns; 0: as it is.
std::string terminal_report(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                            bool verbose, double seconds, const Colours& colours,
                            std::size_t columns = 0);

// 3 also where something was not run because the suite was interrupted.
ExitCode exit_code_of(const std::vector<SuiteResult>& results);

}  // namespace trainwreck
