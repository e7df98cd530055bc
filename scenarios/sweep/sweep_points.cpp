#include "scenarios/sweep/sweep_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

#include "engine/seams/seams.h"
#include "trainwreck/fault.h"

namespace trainwreck {
namespace {

// The calls of a story in the order in which the injector numbers them.
class ChapterIndex {
 public:
  explicit ChapterIndex(const Scenario& scenario) {
    Instant at{.run = 0, .fit = 0};
    for (std::size_t i = 0; i < scenario.chapters.size(); ++i) {
      if (scenario.chapters[i].action == Action::restart) {
        at = {.run = at.run + 1, .fit = 0};
      } else {
        chapters_[{at.run, at.fit++}] = i;
      }
    }
  }

  std::optional<std::size_t> of(const Instant& at) const {
    const auto found = chapters_.find({at.run, at.fit});
    return found == chapters_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> chapters_;
};

// A crossing of the census with what it takes to strike there.
struct Target {
  const Address* at;
  std::size_t chapter;
  std::int64_t skip;
};

using CrossingClass = std::tuple<std::int64_t, std::int64_t, Site, std::string>;

CrossingClass class_of(const Address& at) { return {at.at.run, at.at.fit, at.site, at.detail}; }

// The first two and the last of a class come first; those between follow in even steps.
std::vector<Target> in_order_of_interest(const std::vector<Target>& targets) {
  std::map<CrossingClass, std::vector<Target>> classes;
  for (const Target& target : targets) classes[class_of(*target.at)].push_back(target);
  std::vector<std::pair<std::size_t, Target>> ranked;
  for (const auto& [name, members] : classes) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      const bool outstanding = i < 2 || i + 1 == members.size();
      // The ranks of those between are spread by turning the bits of their number around.
      std::size_t rank = 0;
      if (!outstanding) {
        for (std::size_t bit = i, weight = std::size_t{1} << 20; bit > 0; bit >>= 1, weight >>= 1) {
          rank += (bit & 1) != 0 ? weight : 0;
        }
      }
      ranked.emplace_back(rank, members[i]);
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Target> ordered;
  for (const auto& [rank, target] : ranked) ordered.push_back(target);
  return ordered;
}

// A fault that leaves a loop nothing to do: to strike there would test nothing.
struct Hopeless {
  std::string_view kind;
  Site site;
  std::string_view why;
};
constexpr Hopeless kHopeless[] = {
    {"hang", Site::executor_join, "who waits for a task that never ends cannot end either"}};

void leave_out_the_hopeless(SweptKind& kind, std::vector<std::string>& told) {
  for (const Hopeless& one : kHopeless) {
    if (one.kind != kind.name || std::erase(kind.sites, one.site) == 0) continue;
    told.push_back(fmt::format("{} at {}: {}", one.kind, name_of(one.site), one.why));
  }
}

bool strikes_at(const SweptKind& kind, Site site) {
  return std::find(kind.sites.begin(), kind.sites.end(), site) != kind.sites.end();
}

}  // namespace

SweptKinds swept_kinds(const Vocabulary& vocabulary) {
  RealWorld world;
  const Seams seams = world.seams();
  SweptKinds swept;
  for (const FaultEntry& entry : vocabulary.faults) {
    Diagnostics complaints;
    Params nothing = Params::parse("{}", complaints);
    const auto fault = entry.make(nothing, {.catalogs = vocabulary.engine, .seams = seams});
    if (!complaints.empty() || fault == nullptr) {
      swept.need_parameters.emplace_back(entry.name);
      continue;
    }
    swept.kinds.push_back(
        {std::string(entry.name), {fault->sites().begin(), fault->sites().end()}});
    leave_out_the_hopeless(swept.kinds.back(), swept.hopeless);
  }
  return swept;
}

std::string when_of(const SweepPoint& point) {
  nlohmann::ordered_json at = {{"site", name_of(point.at.site)}};
  nlohmann::ordered_json fault = {{"kind", point.kind}};
  if (point.lasting) {
    fault["at"] = at;
    if (point.skip > 0) fault["skip"] = point.skip;
    fault["times"] = "always";
    return fault.dump();
  }
  const Instant& instant = point.at.at;
  at["epoch"] = instant.epoch;
  at["batch"] = instant.batch;
  const std::string_view detail = sites()[static_cast<std::size_t>(point.at.site)].detail;
  if (!point.at.detail.empty()) at[std::string(detail)] = point.at.detail;
  at["nth"] = point.at.nth;
  fault["at"] = at;
  return fault.dump();
}

SweepPoints sweep_points(const Scenario& scenario, const std::vector<Address>& census,
                         const std::vector<SweptKind>& kinds, std::uint64_t most) {
  const ChapterIndex chapters(scenario);
  SweepPoints found;
  std::vector<Target> targets;
  std::map<std::tuple<std::int64_t, std::int64_t, Site>, std::int64_t> crossed;
  for (const Address& at : census) {
    const std::int64_t before = crossed[{at.at.run, at.at.fit, at.site}]++;
    const std::optional<std::size_t> chapter = chapters.of(at.at);
    const auto able = std::count_if(kinds.begin(), kinds.end(), [&](const SweptKind& kind) {
      return strikes_at(kind, at.site);
    });
    if (!chapter) {
      ++found.unarmed;
    } else if (able == 0) {
      ++found.unstruck;
    } else {
      found.all += 2 * static_cast<std::uint64_t>(able);
      targets.push_back({.at = &at, .chapter = *chapter, .skip = before});
    }
  }
  if (found.all > most) targets = in_order_of_interest(targets);
  for (const Target& target : targets) {
    for (const SweptKind& kind : kinds) {
      if (!strikes_at(kind, target.at->site)) continue;
      for (const bool lasting : {false, true}) {
        if (found.points.size() == most) return found;
        found.points.push_back({.at = *target.at,
                                .kind = kind.name,
                                .lasting = lasting,
                                .skip = target.skip,
                                .chapter = target.chapter});
      }
    }
  }
  return found;
}

}  // namespace trainwreck
