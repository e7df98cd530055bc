#include "scenarios/campaign/wreck.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "faults/outside/launch.h"
#include "scenarios/campaign/controls.h"
#include "scenarios/campaign/results.h"
#include "scenarios/campaign/second_run.h"
#include "scenarios/campaign/table.h"
#include "scenarios/process/workers.h"

namespace trainwreck::campaign {
namespace {

using Steady = std::chrono::steady_clock;

std::string clock_text(double seconds) {
  const auto all = static_cast<long>(seconds + 0.5);
  return fmt::format("{}:{:02}", all / 60, all % 60);
}

std::set<std::string> known_ids(const std::string& path) {
  std::set<std::string> ids;
  if (path.empty()) return ids;
  std::ifstream in(path);
  if (!in) throw UsageError("cannot read --known " + path);
  for (std::string line; std::getline(in, line);) {
    const std::string id = line.substr(0, line.find_first_of(" \t#"));
    if (!id.empty()) ids.insert(id);
  }
  return ids;
}

void write_report(const std::string& path, const std::string& text) {
  if (path.empty()) return;
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw IoError("write", path, errno);
}

using Family = std::pair<Fault, std::string>;

// Which point comes next, and what came of those before it.
class Campaign {
 public:
  Campaign(const WreckOptions& options, const Print& print)
      : options_(options),
        print_(print),
        workplace_(options.command, options.folder),
        results_(options.json),
        controls_(options, workplace_, print, findings_, results_) {
    const auto model = persistence_model_named(options.disk);
    if (!model || *model == PersistenceModel::sigkill || *model == PersistenceModel::fsync_fails) {
      throw UsageError("--disk " + options.disk + " is not ext4_ordered, ordered_noalloc or weak");
    }
    if (!options.go_on.empty()) earlier_ = read_results(options.go_on);
    findings_.set_known(known_ids(options.known));
  }

  int run() {
    const int code = controls_.undisturbed();
    if (code != kNothingFound) return finish(code);
    second_runs_ =
        std::make_unique<SecondRuns>(workplace_, controls_.reference(), controls_.comparison());
    controls_.gentle_resume(*second_runs_);
    plan();
    if (!is_interrupted()) controls_.canary(points_);
    take_earlier_results();
    tell_price();
    try_points();
    finish_progress();
    print_(table_text(findings_, progress_));
    if (!options_.ids.empty() && mine_.empty()) return finish(kNotKnown);
    if (is_interrupted()) return finish(findings_.fails() ? kFoundCauses : kNotKnown);
    if (findings_.causes().empty() && controls_.comparison().nothing_to_compare()) {
      return finish(kNothingToCompare);
    }
    return finish(exit_code_of(findings_, progress_));
  }

 private:
  void say(const std::string& text) const { print_(text + "\n"); }

  int finish(int code) {
    results_.summary(findings_, progress_, code);
    write_report(options_.junit, junit_text(findings_, progress_));
    if (options_.github) print_(github_text(findings_, options_.command));
    if (!options_.save.empty() && !points_.all.empty()) {
      save_findings(options_, findings_, points_.all);
    }
    return code;
  }

  void plan() {
    points_ = points_of(controls_.reference().run.observed.recording, controls_.reference().saves,
                        controls_.traits(), disk(), controls_.hash());
    controls_.add_kills_on_a_slow_disk(points_);
    std::vector<std::string> ids;
    std::map<Family, std::size_t> ranks;
    for (std::size_t i = 0; i < points_.all.size(); ++i) {
      Point& point = points_.all[i];
      if (stable_hash(point.id) % options_.shards + 1 != options_.shard) continue;
      if (!is_chosen(point)) continue;
      mine_.push_back(i);
      // Of each class, this share has a first one, too.
      if (options_.shards > 1) point.rank = ranks[{point.fault, point.family}]++;
      ids.push_back(point.id);
      families_.try_emplace(Family{point.fault, point.family});
      if (leaves_a_disk(point.fault) && point.unknown.empty()) {
        same_disk_[point.tree_hash].push_back(i);
      }
    }
    tried_.resize(points_.all.size(), false);
    progress_ = {.points = mine_.size(),
                 .families = families_.size(),
                 .of_known_families = points_.of_known_families,
                 .never_looked_at = points_.never_looked_at,
                 .not_tried = points_.not_tried};
    if (!options_.ids.empty() && mine_.empty()) {
      say(fmt::format("it has no point {}: it writes otherwise by now",
                      fmt::join(options_.ids, ", ")));
      progress_.stopped = "there is no such point";
    }
    results_.plan(progress_, ids, points_.all.size(), options_);
  }

  // REQUIRES: a name that was looked at.
  PersistenceModel disk() const { return *persistence_model_named(options_.disk); }

  bool is_chosen(const Point& point) const {
    return options_.ids.empty() ||
           std::find(options_.ids.begin(), options_.ids.end(), point.id) != options_.ids.end();
  }

  void take_earlier_results() {
    if (options_.go_on.empty()) return;
    if (earlier_.command != options_.command) {
      throw UsageError(options_.go_on + " is of another command");
    }
    std::map<std::string, std::size_t> by_id;
    for (const std::size_t i : mine_) by_id[points_.all[i].id] = i;
    std::size_t taken = 0;
    for (const ReadResults::Judged& judged : earlier_.points) {
      const auto found = by_id.find(judged.point.id);
      if (found == by_id.end() || tried_[found->second]) continue;
      count(found->second, judged.verdict);
      ++taken;
    }
    say(fmt::format("taken from {}: {} points", options_.go_on, taken));
  }

  void tell_price() {
    std::size_t runs = 0;
    std::set<std::uint64_t> disks;
    for (const std::size_t i : mine_) {
      const Point& point = points_.all[i];
      if (tried_[i] || (point.rank > 2 && !options_.thorough)) continue;
      if (!leaves_a_disk(point.fault)) runs += 2;
      if (leaves_a_disk(point.fault) && disks.insert(point.tree_hash).second) ++runs;
    }
    const double seconds = seconds_of_a_run() * static_cast<double>(runs) /
                           static_cast<double>(std::max<std::size_t>(1, jobs()));
    say(fmt::format(
        "price: a run {:.1f} s, {} points in {} classes (disk: {}): about {}, of which {} "
        "are allowed",
        seconds_of_a_run(), progress_.points, progress_.families, options_.disk,
        clock_text(seconds), clock_text(std::chrono::duration<double>(options_.budget).count())));
    runs_planned_ = runs;
    if (points_.as_after_a_kill > 0) {
      say(fmt::format(
          "{} more disks that a power cut can leave are as after a kill, and judged there",
          points_.as_after_a_kill));
    }
  }

  double seconds_of_a_run() const {
    return std::chrono::duration<double>(controls_.reference().run.observed.ending.took).count();
  }

  std::size_t jobs() const { return workplace_.may_have_another_path() ? options_.jobs : 1; }

  // Points of a class that goes on to be of one mind are left out after three, and of one that is
  // not after a dozen more.
  bool is_wanted(const Point& point) {
    constexpr std::size_t kMostOfAClass = 15;
    if (options_.thorough || point.rank <= 2 || !options_.ids.empty()) return true;
    return point.rank < kMostOfAClass && families_[{point.fault, point.family}].size() > 1;
  }

  // The next points that share a second run; by their numbers.
  std::optional<std::string> next_job() {
    if (is_interrupted()) progress_.stopped = "interrupted";
    if (Steady::now() - start_ > options_.budget) progress_.stopped = "budget";
    if (options_.points > 0 && given_ >= options_.points) progress_.stopped = "--points";
    if (!progress_.stopped.empty()) return std::nullopt;
    for (const bool second_time : {false, true}) {
      if (second_time) cursor_ = 0;  // classes have come to disagree
      for (; cursor_ < mine_.size(); ++cursor_) {
        const std::size_t i = mine_[cursor_];
        const Point& point = points_.all[i];
        if (tried_[i] || given_out_.contains(i) || !is_wanted(point)) continue;
        return job_of(i);
      }
    }
    return std::nullopt;
  }

  std::string job_of(std::size_t i) {
    constexpr std::size_t kMostPoints = 100;
    std::vector<std::size_t> all{i};
    const Point& point = points_.all[i];
    if (leaves_a_disk(point.fault) && point.unknown.empty()) {
      for (const std::size_t other : same_disk_[point.tree_hash]) {
        const bool open = !tried_[other] && !given_out_.contains(other) && other != i;
        const bool more = options_.points == 0 || given_ + all.size() < options_.points;
        if (open && more && all.size() < kMostPoints) all.push_back(other);
      }
    }
    for (const std::size_t one : all) given_out_.insert(one);
    given_ += all.size();
    return fmt::format("{}", fmt::join(all, " "));
  }

  static std::vector<std::size_t> numbers_in(const std::string& job) {
    std::vector<std::size_t> all;
    for (std::size_t at = 0; at < job.size();) {
      std::size_t end = job.find(' ', at);
      if (end == std::string::npos) end = job.size();
      all.push_back(std::stoul(job.substr(at, end - at)));
      at = end + 1;
    }
    return all;
  }

  // In a worker.
  std::string do_job(const std::string& job) {
    std::vector<const Point*> points;
    for (const std::size_t i : numbers_in(job)) points.push_back(&points_.all[i]);
    const std::size_t known = controls_.comparison().left_out().size();
    const std::vector<Verdict> verdicts = second_runs_->judge(points);
    const auto& left_out = controls_.comparison().left_out();
    return verdict_json(verdicts,
                        {left_out.begin() + static_cast<std::ptrdiff_t>(known), left_out.end()});
  }

  // In a worker, at its beginning: it has the same path as all others, in a view of its own; else
  // the undisturbed training has to come to the same in another one.
  std::string settle(std::size_t number) {
    if (number == 1 && jobs() == 1) return "";
    if (workplace_.move_into(number)) return "";
    if (number == 1) return "";
    workplace_.use_own_folder(number);
    if (second_runs_->ends_as_elsewhere()) return "";
    return "what it saves depends on the folder's path, and no mounts are allowed here";
  }

  void take_answer(const std::string& job, const std::string& answer) {
    std::vector<Verdict> verdicts;
    std::vector<std::string> left_out;
    read_verdict_json(answer, verdicts, left_out);
    const std::vector<std::size_t> numbers = numbers_in(job);
    for (std::size_t i = 0; i < numbers.size() && i < verdicts.size(); ++i) {
      count(numbers[i], verdicts[i]);
    }
    for (const std::string& part : left_out) {
      if (left_out_later_.insert(part).second) say("left out from now on, it differs: " + part);
    }
    runs_done_ += leaves_a_disk(points_.all[numbers.front()].fault) ? 1U : 2U;
  }

  void take_loss(const std::string& job) {
    for (const std::size_t i : numbers_in(job)) {
      count(i, {.end = End::unknown, .detail = "the harness failed: a worker ended"});
    }
  }

  void count(std::size_t i, const Verdict& verdict) {
    const Point& point = points_.all[i];
    tried_[i] = true;
    given_out_.erase(i);
    const std::size_t causes = findings_.causes().size();
    findings_.add(point, verdict);
    results_.point(point, verdict);
    families_[{point.fault, point.family}].insert(
        fmt::format("{}|{}", name_of(verdict.end), verdict.place));
    ++progress_.tried;
    if (findings_.causes().size() > causes) tell_new_cause(findings_.causes().back());
  }

  void tell_new_cause(const Cause& cause) {
    clear_progress();
    say(fmt::format("found: {} [{}]  {}", name_of(cause.end), cause.id, cause.first.what));
  }

  void clear_progress() {
    if (options_.progress && drawn_) print_("\r\033[K");
    drawn_ = false;
  }

  void draw_progress() {
    if (!options_.progress || Steady::now() - last_drawn_ < std::chrono::milliseconds(500)) return;
    last_drawn_ = Steady::now();
    const double took = std::chrono::duration<double>(last_drawn_ - began_).count();
    const auto done = static_cast<double>(runs_done_);
    const auto planned = static_cast<double>(std::max(runs_planned_, runs_done_ + 1));
    const double guess = done > 0 ? took / done * (planned - done) : 0;
    const double allowed =
        std::chrono::duration<double>(options_.budget - (last_drawn_ - start_)).count();
    const auto filled = static_cast<std::size_t>(20 * done / planned);
    print_(fmt::format(
        "\r\033[K[{}{}] {}/{} points   {} causes so far   {} left", std::string(filled, '#'),
        std::string(20 - std::min<std::size_t>(20, filled), '-'), progress_.tried, progress_.points,
        findings_.causes().size(), clock_text(std::max(0.0, std::min(guess, allowed)))));
    drawn_ = true;
  }

  void try_points() {
    began_ = Steady::now();
    WorkerTask task;
    task.begin = [this](std::size_t number) { return settle(number); };
    task.work = [this](const std::string& job) { return do_job(job); };
    task.next = [this] { return next_job(); };
    task.done = [this](const std::string& job, const std::string& answer) {
      take_answer(job, answer);
    };
    task.lost = [this](const std::string& job) { take_loss(job); };
    task.is_over = [this] {
      draw_progress();
      return is_interrupted();
    };
    const std::vector<std::string> hindrances = Workers(jobs(), task).run();
    clear_progress();
    if (is_interrupted()) progress_.stopped = "interrupted";
    for (const std::string& why : hindrances) say("one job less: " + why);
  }

  void finish_progress() {
    for (const auto& [family, ends] : families_) progress_.families_tried += ends.empty() ? 0U : 1U;
    for (const std::size_t i : mine_) {
      const Point& point = points_.all[i];
      if (tried_[i] || is_wanted(point)) continue;
      if (!families_[{point.fault, point.family}].empty()) ++progress_.agreed;
    }
  }

  const WreckOptions& options_;
  const Print& print_;
  const InterruptWatch watch_;
  const Steady::time_point start_ = Steady::now();
  Workplace workplace_;
  Findings findings_;
  Results results_;
  ReadResults earlier_;
  Controls controls_;
  std::unique_ptr<SecondRuns> second_runs_;
  Points points_;
  Progress progress_;
  std::vector<std::size_t> mine_;  // numbers of points, in order
  std::vector<bool> tried_;
  std::set<std::size_t> given_out_;
  std::map<std::uint64_t, std::vector<std::size_t>> same_disk_;
  std::map<Family, std::set<std::string>> families_;  // and the ends that occurred
  std::set<std::string> left_out_later_;
  std::size_t cursor_ = 0;
  std::size_t given_ = 0;
  std::size_t runs_planned_ = 0;
  std::size_t runs_done_ = 0;
  Steady::time_point began_;
  Steady::time_point last_drawn_;
  bool drawn_ = false;
};

}  // namespace

int wreck(const WreckOptions& options, const Print& print) {
  if (const auto reason = outside::why_unavailable()) throw outside::CannotWatch(*reason);
  return Campaign(options, print).run();
}

}  // namespace trainwreck::campaign
