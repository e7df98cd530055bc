#pragma once

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/campaign/causes.h"
#include "scenarios/campaign/wreck.h"

namespace trainwreck::campaign {

// How far a campaign came.
struct Progress {
  std::size_t points = 0;    // of this shard
  std::size_t families = 0;  // that have a point in it
  std::size_t tried = 0;
  std::size_t families_tried = 0;
  std::size_t agreed = 0;             // left out: three of their class had agreed
  std::size_t of_known_families = 0;  // disks that were left out; see Points
  std::size_t never_looked_at = 0;
  std::map<Fault, std::string> not_tried{};
  std::string stopped{};  // why not all were tried
  std::vector<std::string> missing_shards{};

  bool every_family() const {
    return families_tried == families && never_looked_at == 0 && missing_shards.empty();
  }
};

// What a campaign found, as JSON lines: an object a line, each whole when it is written, so that
// whoever was interrupted can go on. docs/wreck.md describes them.
class Results {
 public:
  // Empty: nothing is written. Throws IoError.
  explicit Results(std::string path);

  void start(const WreckOptions& options, const Setting& setting);
  void control(const std::string& where, const std::string& what, const Verdict& verdict);
  void plan(const Progress& progress, const std::vector<std::string>& ids, std::size_t all,
            const WreckOptions& options);
  void point(const PointName& point, const Verdict& verdict);
  void summary(const Findings& findings, const Progress& progress, int exit_code);

 private:
  void write(const std::string& line);

  std::string path_;
  std::ofstream out_;
};

// One such file, read back.
struct ReadResults {
  struct Control {
    std::string where{};
    std::string what{};
    Verdict verdict{};
  };
  struct Judged {
    PointName point{};
    Verdict verdict{};
  };
  std::vector<std::string> command{};
  Setting setting{};
  std::size_t shard = 1;
  std::size_t shards = 1;
  std::size_t all = 0;  // points of all shards
  Progress progress{};
  std::vector<std::string> ids{};
  std::vector<Control> controls{};
  std::vector<Judged> points{};
  int exit_code = kNotKnown;
  bool ended = false;
};
// Throws UsageError for what is no such file. A torn last line is left out.
ReadResults read_results(const std::string& path);

std::string verdict_json(const std::vector<Verdict>& verdicts,
                         const std::vector<std::string>& left_out);
void read_verdict_json(const std::string& text, std::vector<Verdict>& verdicts,
                       std::vector<std::string>& left_out);

// What the causes and the progress come to.
int exit_code_of(const Findings& findings, const Progress& progress);

// Puts shards together: every point exactly once. What is missing is named, and is never a pass.
// Throws UsageError.
int merge(const std::vector<std::string>& paths, const Print& print);

}  // namespace trainwreck::campaign
