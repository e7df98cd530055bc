#include "scenarios/points/points.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "faults/recording/kill_states.h"
#include "faults/recording/power_states.h"
#include "scenarios/points/files.h"

namespace trainwreck::campaign {
namespace {

using outside::Operation;
using outside::OpKind;
using outside::Recording;
using outside::Tree;

constexpr std::size_t kMostPowerPoints = 1000;   // beyond it, only those of new families
constexpr std::size_t kMostPowerDisks = 10'000;  // that are looked at

class PointMaker {
 public:
  PointMaker(const Recording& recording, const Saves& saves, const Traits& traits,
             PersistenceModel disk, outside::ContentHash& hash)
      : recording_(recording), saves_(saves), traits_(traits), disk_(disk), hash_(hash) {}

  std::vector<Point> make_kills() {
    add_kills();
    name_and_rank();
    return std::move(points_);
  }

  Points make() {
    add_kills();
    add_power_cuts();
    for (std::size_t f = 0; f < kFaultNames.size(); ++f) {
      const auto fault = static_cast<Fault>(f);
      if (leaves_a_disk(fault) || means_nothing(fault)) continue;
      if (fault == Fault::one_process) {
        add_single_deaths();
        continue;
      }
      if (can_pass(fault)) add_runs(fault, false);
      add_runs(fault, fault == Fault::read_only || can_pass(fault));
    }
    return in_order();
  }

 private:
  bool means_nothing(Fault fault) {
    std::string& why = points_left_.not_tried[fault];
    if (fault == Fault::sigterm && !traits_.catches_sigterm) {
      why = "it does not catch it, so it is a kill";
    } else if ((fault == Fault::sigint || fault == Fault::sigint_twice) &&
               !traits_.catches_sigint) {
      why = "it does not catch it, so it is a kill";
    } else if (fault == Fault::one_process && !traits_.has_children) {
      why = "there is only one process, so it is a kill";
    } else {
      points_left_.not_tried.erase(fault);
      return false;
    }
    return true;
  }

  // Names that are made anew in every run are all one.
  std::string steady(std::string text) const {
    constexpr std::string_view kOne = "(temporary)";
    for (const std::string& name : traits_.fleeting) {
      for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
        text.replace(at, name.size(), kOne);
        at += kOne.size();
      }
    }
    return text;
  }

  void place(Point& point, const Operation& operation) const {
    const std::string& path = operation.to_path.empty() ? operation.path : operation.to_path;
    point.group = steady(group_of(name_in(recording_.start, path)));
    point.where = fmt::format("{} {}", name_of(operation.kind), point.group);
  }

  // "write 30 bytes at 0 of ckpt.json", without the folder that is made for each campaign.
  std::string told(std::string text) const {
    const std::string folder = recording_.start.roots.begin()->first + "/";
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder, at)) {
      text.erase(at, folder.size());
    }
    return text;
  }

  std::uint64_t hash_of_tree(const Tree& tree) {
    std::uint64_t all = 0;
    for (const auto& [name, id] : tree.names_below(root_of(tree))) {
      const outside::Node& node = tree.nodes.at(id);
      all = outside::mix(all, stable_hash(name + ">" + node.target));
      all = outside::mix(all, hash_.of(node.contents) + static_cast<unsigned>(node.type));
    }
    return all;
  }

  // The same disk says something else after more saves were complete.
  std::uint64_t claims_after(std::size_t done) const {
    const Promise* promise = saves_.promised(done);
    return outside::mix(saves_.done(done), promise == nullptr ? 0 : promise->saves + 1);
  }

  bool is_new(const Tree& tree, std::size_t done, bool loses) {
    const std::uint64_t claims = loses ? claims_after(done) : saves_.done(done);
    const std::uint64_t tree_hash = hash_of_tree(tree);
    // A kill loses nothing, so whatever was promised is there.
    const bool as_kill = !loses || !killed_.contains(outside::mix(tree_hash, saves_.done(done)));
    if (!loses) killed_.insert(outside::mix(tree_hash, saves_.done(done)));
    return as_kill && seen_.insert(outside::mix(tree_hash, claims)).second;
  }

  void describe(Point& point, const Tree& tree, std::size_t done) {
    point.saves_done = saves_.done(done);
    point.saves_there = newest_in(saves_, tree, hash_);
    if (const Promise* promise = saves_.promised(done); promise != nullptr) {
      point.saves_promised = promise->saves;
      point.promise = promise->words;
    }
    point.tree_hash = hash_of_tree(tree);
    point.spool = recording_.spool.get();
    point.family = point.where + "; " + steady(class_of(saves_, done, tree, hash_));
    for (const auto& [file, gap] : recording_.not_followed) {
      if (gap.from <= done) point.unknown = told(gap.path) + " is not followed: " + gap.why;
    }
    point.tree = tree;
  }

  void add_kills() {
    for_each_kill_state(recording_, [&](const outside::KillState& state, const Tree& tree) {
      if (!is_new(tree, state.done, false)) return;
      Point point;
      const bool end = state.done == recording_.operations.size();
      point.where = "end";
      if (!end) place(point, recording_.operations[state.done]);
      const std::string next = end ? "the end" : told(text_of(recording_.operations[state.done]));
      point.what = state.bytes == 0 ? "killed before " + next
                                    : fmt::format("killed after {} bytes of {}", state.bytes, next);
      describe(point, tree, state.done);
      point.in_flight = state.bytes;
      point.changes = static_cast<std::size_t>(std::count_if(
          recording_.operations.begin(),
          recording_.operations.begin() + static_cast<std::ptrdiff_t>(state.done),
          [](const Operation& operation) { return outside::changes_the_tree(operation.kind); }));
      points_.push_back(std::move(point));
    });
  }

  void add_power_cuts() {
    std::size_t looked_at = 0;
    std::size_t kept = 0;
    std::set<std::string> families;
    const outside::PowerBounds bounds{
        .claim = [this](std::size_t done) { return claims_after(done); }};
    for_each_power_state(recording_, disk_, bounds, [&](const outside::PowerState& state) {
      if (state.losses.empty()) return;  // a kill leaves the same
      if (looked_at == kMostPowerDisks) {
        ++points_left_.never_looked_at;
        return;
      }
      ++looked_at;
      std::optional<Point> point = power_point(state);
      if (!point) return;
      const bool is_first = families.insert(point->family).second;
      if (!is_first && kept >= kMostPowerPoints) {
        ++points_left_.of_known_families;
        return;
      }
      ++kept;
      points_.push_back(std::move(*point));
    });
  }

  std::optional<Point> power_point(const outside::PowerState& state) {
    const Tree tree = state.build();
    if (!is_new(tree, state.done, true)) {
      ++points_left_.as_after_a_kill;
      return std::nullopt;
    }
    Point point;
    point.fault = Fault::power;
    place(point, recording_.operations[state.losses.front().operation]);
    point.what = "power cut: " + told(explain(recording_, state));
    describe(point, tree, state.done);
    return point;
  }

  void add_runs(Fault fault, bool lasts) {
    std::size_t nth = 0;
    const std::string how = !can_pass(fault) ? "" : lasts ? " from then on" : " once";
    for (const Operation& operation : recording_.operations) {
      if (!can_strike(fault, operation.kind)) continue;
      const std::size_t number = nth++;
      if (fault == Fault::short_write && operation.length < 2) continue;
      Point point;
      point.fault = fault;
      point.nth = number;
      point.lasts = lasts;
      place(point, operation);
      point.what = fmt::format("{}{} at {}", name_of(fault), how, told(text_of(operation)));
      point.family = point.where + how;
      points_.push_back(std::move(point));
    }
  }

  // A handful: what is left over gets ten seconds to end each time.
  void add_single_deaths() {
    const std::size_t before = points_.size();
    add_runs(Fault::one_process, false);
    const std::size_t all = points_.size() - before;
    std::set<std::size_t> chosen;
    if (all > 0) chosen = {0, all / 2, all - 1};
    std::vector<Point> few;
    for (const std::size_t i : chosen) few.push_back(std::move(points_[before + i]));
    points_.resize(before);
    for (Point& point : few) {
      point.family = "one process";
      points_.push_back(std::move(point));
    }
  }

  // The first, the last and a middle one of a family stand for it.
  static void rank(std::vector<Point*>& family) {
    const std::size_t size = family.size();
    for (std::size_t i = 0; i < size; ++i) family[i]->rank = i + 3;
    family[size / 2]->rank = 2;
    family.back()->rank = 1;
    family.front()->rank = 0;
  }

  void name_and_rank() {
    std::map<std::string, std::size_t> times;
    std::map<std::pair<Fault, std::string>, std::vector<Point*>> families;
    for (Point& point : points_) {
      // No sizes and no numbers: times may be in them.
      const std::string text = fmt::format("{}|{}|{}|{}", name_of(point.fault), point.family,
                                           point.in_flight > 0, point.saves_done);
      const std::string full = fmt::format("{}|{}", text, times[text]++);
      point.id = fmt::format("{:010x}", stable_hash(full) & 0xffffffffffU);
      families[{point.fault, point.family}].push_back(&point);
    }
    for (auto& [key, family] : families) rank(family);
    points_left_.families = families.size();
  }

  void explain_what_has_none() {
    std::set<Fault> there;
    for (const Point& point : points_) there.insert(point.fault);
    for (std::size_t f = 0; f < kFaultNames.size(); ++f) {
      const auto fault = static_cast<Fault>(f);
      if (there.contains(fault)) continue;
      points_left_.not_tried.try_emplace(fault, fault == Fault::power
                                                    ? "every disk that it leaves a kill leaves too"
                                                    : "it does nothing that this could strike");
    }
  }

  // Whatever the budget is, each fault gets its share of it.
  Points in_order() {
    name_and_rank();
    explain_what_has_none();
    std::map<std::pair<std::size_t, Fault>, std::size_t> turns;
    std::vector<std::tuple<std::size_t, std::size_t, Fault, std::size_t>> order;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const std::size_t phase = std::min<std::size_t>(points_[i].rank, 3);
      const std::size_t turn = turns[{phase, points_[i].fault}]++;
      order.emplace_back(phase, turn, points_[i].fault, i);
    }
    std::sort(order.begin(), order.end());
    Points points = std::move(points_left_);
    for (const auto& [phase, turn, fault, i] : order) {
      points_[i].order = points.all.size();
      points.all.push_back(std::move(points_[i]));
    }
    return points;
  }

  const Recording& recording_;
  const Saves& saves_;
  const Traits& traits_;
  const PersistenceModel disk_;
  outside::ContentHash& hash_;
  std::set<std::uint64_t> seen_;
  std::set<std::uint64_t> killed_;
  std::vector<Point> points_;
  Points points_left_;  // the counts of what is left out
};

}  // namespace

std::set<std::string> fleeting_names(const Recording& first, const Recording& second) {
  const auto names = [](const Recording& recording) {
    std::set<std::string> groups;
    for (const Operation& operation : recording.operations) {
      if (!changes_the_tree(operation.kind)) continue;
      for (const std::string* path : {&operation.path, &operation.to_path}) {
        if (!path->empty()) groups.insert(group_of(name_in(recording.start, *path)));
      }
    }
    return groups;
  };
  std::set<std::string> fleeting = names(first);
  for (const std::string& group : names(second)) fleeting.erase(group);
  return fleeting;
}

Points points_of(const Recording& recording, const Saves& saves, const Traits& traits,
                 PersistenceModel disk, outside::ContentHash& hash) {
  return PointMaker(recording, saves, traits, disk, hash).make();
}

void add_other_kills(const Recording& other, const Saves& saves, const Traits& traits,
                     const std::string& prefix, outside::ContentHash& hash, Points& points) {
  std::set<std::string> known;
  for (const Point& point : points.all) {
    if (point.fault == Fault::kill) known.insert(point.family);
  }
  constexpr PersistenceModel kNoCut = PersistenceModel::sigkill;
  std::set<std::string> more;
  for (Point& point : PointMaker(other, saves, traits, kNoCut, hash).make_kills()) {
    if (known.contains(point.family)) continue;
    more.insert(point.family);
    point.what = prefix + point.what;
    point.order = points.all.size();
    points.all.push_back(std::move(point));
  }
  points.families += more.size();
}

}  // namespace trainwreck::campaign
