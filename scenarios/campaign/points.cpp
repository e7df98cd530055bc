#include "scenarios/campaign/points.h"

#include <fmt/format.h>

#include <cerrno>
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

constexpr std::size_t kMostPowerPoints = 3000;

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
    std::size_t built = 0;
    const auto visit = [&](const outside::PowerState& state) {
      if (state.losses.empty()) return;  // a kill leaves the same
      if (built >= kMostPowerPoints) {
        ++not_built_;
        return;
      }
      const Tree tree = state.build();
      if (!is_new(tree, state.done)) {
        ++as_after_a_kill_;
        return;
      }
      ++built;
      Point point{.fault = Fault::power};
      point.where = where_of(recording_.operations[state.losses.front().operation]);
      point.what = "power cut: " + told(explain(recording_, state));
      describe(point, tree, state.done);
      points_.push_back(std::move(point));
    };
    for_each_power_state(recording_, PersistenceModel::ext4_ordered, {}, visit);
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

  Points in_order() {
    std::set<std::pair<Fault, std::string>> families;
    std::array<std::vector<Point>, kFaultNames.size()> first;
    std::vector<Point> rest;
    for (Point& point : points_) {
      const bool is_new = families.emplace(point.fault, point.family).second;
      (is_new ? first[static_cast<std::size_t>(point.fault)] : rest).push_back(std::move(point));
    }
    Points points{
        .families = families.size(), .not_built = not_built_, .as_after_a_kill = as_after_a_kill_};
    for (std::size_t i = 0; points.all.size() < families.size(); ++i) {
      for (std::vector<Point>& kind : first) {
        if (i < kind.size()) points.all.push_back(std::move(kind[i]));
      }
    }
    for (Point& point : rest) points.all.push_back(std::move(point));
    return points;
  }

  const Recording& recording_;
  const Saves& saves_;
  outside::ContentHash& hash_;
  std::set<std::uint64_t> seen_;
  std::vector<Point> points_;
  std::size_t not_built_ = 0;
  std::size_t as_after_a_kill_ = 0;
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
