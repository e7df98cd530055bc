#include "scenarios/campaign/causes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/points/files.h"

namespace trainwreck::campaign {
namespace {

// Files of one checkpoint's folder go together: "checkpoint-N/" of "checkpoint-N/model.json: w: 1".
std::string files_in(const std::string& difference) {
  const std::size_t words = difference.find_first_of(": ");
  const std::string group = group_of(difference.substr(0, words));
  const std::size_t slash = group.rfind('/');
  return slash == std::string::npos ? group : group.substr(0, slash + 1);
}

// What makes two findings one.
std::string key_of(const PointName& point, const Verdict& verdict) {
  const std::string_view name = name_of(verdict.end);
  if (verdict.by_resume) return fmt::format("{}|resume", name);
  switch (verdict.end) {
    case End::refused:
    case End::crashed:
    case End::hung:
      if (!verdict.place.empty()) return fmt::format("{}|{}", name, verdict.place);
      return fmt::format("{}|{}|{}", name, group_of(verdict.exception), point.group);
    case End::other_end:
      return fmt::format("{}|{}", name, files_in(verdict.detail));
    case End::silent_failure:
      return fmt::format("{}|{}", name, point.group);
    default:
      return std::string(name);
  }
}

}  // namespace

std::size_t Cause::count() const {
  std::size_t all = control ? 1 : 0;
  for (const auto& [fault, count] : points) all += count;
  return all;
}

Cause& Findings::cause_of(const PointName& point, const Verdict& verdict) {
  const std::string id = fmt::format("{:08x}", stable_hash(key_of(point, verdict)) & 0xffffffffU);
  std::vector<Cause>& causes = campaign::fails(verdict.end) ? causes_ : told_;
  const auto known = std::find_if(causes.begin(), causes.end(),
                                  [&](const Cause& cause) { return cause.id == id; });
  if (known != causes.end()) return *known;
  causes.push_back({.id = id,
                    .end = verdict.end,
                    .first = point,
                    .verdict = verdict,
                    .advice = advice_for(setting_, verdict.end, point.fault, verdict.by_resume),
                    .known = known_.contains(id)});
  return causes.back();
}

void Findings::add_control(const std::string& where, const std::string& what,
                           const Verdict& verdict) {
  if (verdict.end == End::unknown) ++unknown_[verdict.detail];
  if (verdict.end < End::inexact || verdict.end == End::unknown) return;
  PointName point;
  point.what = what;
  point.where = where;
  cause_of(point, verdict).control = true;
}

void Findings::add(const PointName& point, const Verdict& verdict) {
  ++counts_[static_cast<std::size_t>(point.fault)][static_cast<std::size_t>(verdict.end)];
  if (verdict.end == End::unknown) ++unknown_[verdict.detail];
  if (verdict.end < End::inexact || verdict.end == End::unknown) return;
  Cause& cause = cause_of(point, verdict);
  ++cause.points[point.fault];
  // The plainest one speaks for all, whatever came first.
  const auto plainness = [](const PointName& one) { return std::pair(one.fault, one.order); };
  if (cause.control || plainness(cause.first) <= plainness(point)) return;
  cause.first = point;
  cause.verdict = verdict;
  cause.advice = advice_for(setting_, verdict.end, point.fault, verdict.by_resume);
}

bool Findings::fails() const {
  return std::any_of(causes_.begin(), causes_.end(),
                     [](const Cause& cause) { return !cause.known; });
}

std::vector<std::string> Findings::vanished() const {
  std::vector<std::string> all;
  for (const std::string& id : known_) {
    const bool there = std::any_of(causes_.begin(), causes_.end(),
                                   [&](const Cause& cause) { return cause.id == id; });
    if (!there) all.push_back(id);
  }
  return all;
}

std::size_t Findings::count(Fault fault, End end) const {
  return counts_[static_cast<std::size_t>(fault)][static_cast<std::size_t>(end)];
}

std::size_t Findings::count(End end) const {
  std::size_t all = 0;
  for (const auto& row : counts_) all += row[static_cast<std::size_t>(end)];
  return all;
}

}  // namespace trainwreck::campaign
