#include "scenarios/campaign/points.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <utility>

#include "faults/recording/kill_states.h"
#include "faults/recording/power_states.h"
#include "scenarios/campaign/files.h"

namespace trainwreck::campaign {
namespace {

using outside::Operation;
using outside::OpKind;
using outside::Recording;
using outside::Tree;

constexpr std::size_t kMostPowerPoints = 1000;   // beyond it, only those of new families
constexpr std::size_t kMostPowerDisks = 10'000;  // that are looked at

bool can_fail(Fault fault, OpKind kind) {
  if (fault == Fault::io_error) return kind == OpKind::write || kind == OpKind::sync;
  return kind == OpKind::write || kind == OpKind::create || kind == OpKind::make_directory;
}

class PointMaker {
 public:
  PointMaker(const Recording& recording, const Saves& saves, outside::ContentHash& hash)
      : recording_(recording), saves_(saves), hash_(hash) {}

  Points make() {
    add_kills();
    add_power_cuts();
    for (const Fault fault : {Fault::disk_full, Fault::io_error}) {
      for (const bool persistent : {true, false}) add_errors(fault, persistent);
    }
    return in_order();
  }

 private:
  std::string where_of(const Operation& operation) const {
    const std::string& path = operation.to_path.empty() ? operation.path : operation.to_path;
    return fmt::format("{} {}", name_of(operation.kind), group_of(name_in(recording_.start, path)));
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
  bool is_new(const Tree& tree, std::size_t done) {
    return seen_.insert(outside::mix(hash_of_tree(tree), saves_.done(done))).second;
  }

  void describe(Point& point, const Tree& tree, std::size_t done) {
    point.saves_done = saves_.done(done);
    point.saves_there = newest_in(saves_, tree, hash_);
    point.family = point.where + "; " + class_of(saves_, done, tree, hash_);
    for (const auto& [file, gap] : recording_.not_followed) {
      if (gap.from <= done) point.unknown = told(gap.path) + " is not followed: " + gap.why;
    }
    point.tree = tree;
  }

  void add_kills() {
    for_each_kill_state(recording_, [&](const outside::KillState& state, const Tree& tree) {
      if (!is_new(tree, state.done)) return;
      Point point;
      const bool end = state.done == recording_.operations.size();
      point.where = end ? "end" : where_of(recording_.operations[state.done]);
      const std::string next = end ? "the end" : told(text_of(recording_.operations[state.done]));
      point.what = state.bytes == 0 ? "killed before " + next
                                    : fmt::format("killed after {} bytes of {}", state.bytes, next);
      describe(point, tree, state.done);
      points_.push_back(std::move(point));
    });
  }

  void add_power_cuts() {
    std::size_t looked_at = 0;
    std::size_t kept = 0;
    std::set<std::string> families;
    for_each_power_state(recording_, PersistenceModel::ext4_ordered, {},
                         [&](const outside::PowerState& state) {
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
    if (!is_new(tree, state.done)) {
      ++points_left_.as_after_a_kill;
      return std::nullopt;
    }
    Point point{.fault = Fault::power};
    point.where = where_of(recording_.operations[state.losses.front().operation]);
    point.what = "power cut: " + told(explain(recording_, state));
    describe(point, tree, state.done);
    return point;
  }

  void add_errors(Fault fault, bool persistent) {
    std::size_t nth = 0;
    for (const Operation& operation : recording_.operations) {
      if (!can_fail(fault, operation.kind)) continue;
      Point point{.fault = fault, .nth = nth++, .persistent = persistent};
      point.where = where_of(operation);
      point.what = fmt::format("{}{} at {}", kFaultNames[static_cast<std::size_t>(fault)],
                               persistent ? " from then on" : " once", told(text_of(operation)));
      point.family = point.where + (persistent ? " from then on" : " once");
      points_.push_back(std::move(point));
    }
  }

  using ByFault = std::array<std::vector<Point>, kFaultNames.size()>;

  // Whatever the budget is, each fault gets its share of it.
  static void add_in_turn(ByFault& points, std::vector<Point>& all) {
    std::size_t longest = 0;
    for (const std::vector<Point>& kind : points) longest = std::max(longest, kind.size());
    for (std::size_t i = 0; i < longest; ++i) {
      for (std::vector<Point>& kind : points) {
        if (i < kind.size()) all.push_back(std::move(kind[i]));
      }
    }
  }

  Points in_order() {
    std::set<std::pair<Fault, std::string>> families;
    ByFault first;
    ByFault rest;
    for (Point& point : points_) {
      const auto fault = static_cast<std::size_t>(point.fault);
      const bool is_first = families.emplace(point.fault, point.family).second;
      (is_first ? first : rest)[fault].push_back(std::move(point));
    }
    Points points = std::move(points_left_);
    points.families = families.size();
    add_in_turn(first, points.all);
    add_in_turn(rest, points.all);
    return points;
  }

  const Recording& recording_;
  const Saves& saves_;
  outside::ContentHash& hash_;
  std::set<std::uint64_t> seen_;
  std::vector<Point> points_;
  Points points_left_;  // the counts of what is left out
};

}  // namespace

Points points_of(const Recording& recording, const Saves& saves, outside::ContentHash& hash) {
  return PointMaker(recording, saves, hash).make();
}

outside::Decision FailAt::decide(const outside::Crossing& crossing) {
  if (!can_fail(point_.fault, crossing.operation.kind)) return outside::let_through();
  const std::size_t number = seen_++;
  const bool hit = point_.persistent ? number >= point_.nth : number == point_.nth;
  if (!hit) return outside::let_through();
  fired_ = true;
  return outside::refuse(point_.fault == Fault::disk_full ? ENOSPC : EIO);
}

}  // namespace trainwreck::campaign
