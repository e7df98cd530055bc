#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenarios/campaign/results.h"
#include "scenarios/campaign/table.h"

namespace trainwreck::campaign {
namespace {

class Merger {
 public:
  explicit Merger(const std::vector<std::string>& paths) {
    if (paths.empty()) throw UsageError("merge needs the results of the shards");
    for (const std::string& path : paths) shards_.emplace_back(path, read_results(path));
  }

  int run(const Print& print) {
    const ReadResults& first = shards_.front().second;
    findings_.set_setting(first.setting);
    progress_.not_tried = first.progress.not_tried;
    for (const ReadResults::Control& control : first.controls) {
      findings_.add_control(control.where, control.what, control.verdict);
    }
    for (const auto& [path, shard] : shards_) take(path, shard);
    name_what_is_missing();
    progress_.families = families_.size() + open_families_;
    progress_.families_tried = families_.size();
    print(table_text(findings_, progress_));
    return exit_code_of(findings_, progress_);
  }

 private:
  void take(const std::string& path, const ReadResults& shard) {
    const ReadResults& first = shards_.front().second;
    if (shard.command != first.command || shard.shards != first.shards || shard.all != first.all) {
      throw UsageError(
          fmt::format("{} is of another campaign than {}", path, shards_.front().first));
    }
    if (!seen_.insert(shard.shard).second) {
      throw UsageError(
          fmt::format("shard {}/{} is there twice, in {} too", shard.shard, shard.shards, path));
    }
    std::set<std::string> open(shard.ids.begin(), shard.ids.end());
    std::set<std::string> own;
    for (const ReadResults::Judged& judged : shard.points) {
      if (open.erase(judged.point.id) == 0) {
        throw UsageError(
            fmt::format("{}: point {} is there twice, or not in its plan", path, judged.point.id));
      }
      findings_.add(judged.point, judged.verdict);
      const std::string family =
          fmt::format("{}|{}", name_of(judged.point.fault), judged.point.family);
      families_.insert(family);
      own.insert(family);
      ++progress_.tried;
    }
    progress_.points += shard.ids.size();
    progress_.agreed += shard.progress.agreed;
    progress_.of_known_families =
        std::max(progress_.of_known_families, shard.progress.of_known_families);
    progress_.never_looked_at = std::max(progress_.never_looked_at, shard.progress.never_looked_at);
    open_families_ += shard.progress.families - std::min(own.size(), shard.progress.families);
    if (!shard.progress.stopped.empty()) progress_.stopped = shard.progress.stopped;
    if (!shard.ended) progress_.stopped = "interrupted";
  }

  void name_what_is_missing() {
    const ReadResults& first = shards_.front().second;
    for (std::size_t number = 1; number <= first.shards; ++number) {
      if (seen_.contains(number)) continue;
      progress_.missing_shards.push_back(fmt::format("{}/{}", number, first.shards));
    }
    if (progress_.missing_shards.empty() && progress_.points != first.all) {
      throw UsageError(fmt::format("the shards have {} points, and the campaign {}",
                                   progress_.points, first.all));
    }
  }

  std::vector<std::pair<std::string, ReadResults>> shards_;
  Findings findings_;
  Progress progress_;
  std::set<std::size_t> seen_;
  std::set<std::string> families_;
  std::size_t open_families_ = 0;
};

}  // namespace

int merge(const std::vector<std::string>& paths, const Print& print) {
  return Merger(paths).run(print);
}

}  // namespace trainwreck::campaign
