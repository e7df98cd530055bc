#include "scenarios/campaign/causes.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/campaign/files.h"

namespace trainwreck::campaign {
namespace {

std::string advice_for(End end, Fault fault, const std::string& where) {
  if (end == End::silent_failure) {
    return "check what every write, flush and close returns, and exit with another code than 0 "
           "when a save failed";
  }
  if (end == End::other_end) {
    return "save everything that the next step depends on (random state, position in the data, "
           "optimizer) in one file, and publish that file with one rename";
  }
  if (end == End::started_over) {
    return "keep the last complete checkpoint until the next one is complete, and look for it at "
           "the start";
  }
  if (where.find('/') != std::string::npos) {
    return "write into a temporary folder beside it, fsync its files and the folder, rename it, "
           "fsync the parent; when any of it fails, remove it";
  }
  const std::string protocol =
      "write to a temporary file in the same folder, flush, fsync, rename it over the checkpoint, "
      "fsync the folder";
  if (fault == Fault::kill) return protocol + " (a kill needs the rename alone)";
  if (fault == Fault::power) return protocol + " (without the fsyncs a rename may come first)";
  return protocol + "; remove the temporary file when any of it fails";
}

}  // namespace

void Findings::add_cause(const std::string& where, const std::string& what, const Verdict& verdict,
                         const std::string& advice) {
  const std::string key = fmt::format("{}|{}|{}|{}", name_of(verdict.end),
                                      group_of(verdict.exception), verdict.place, where);
  const std::string id = fmt::format("{:08x}", stable_hash(key) & 0xffffffffU);
  auto cause = std::find_if(causes_.begin(), causes_.end(),
                            [&](const Cause& known) { return known.id == id; });
  if (cause == causes_.end()) {
    cause = causes_.insert(causes_.end(), {.id = id,
                                           .end = verdict.end,
                                           .where = where,
                                           .first = what,
                                           .verdict = verdict,
                                           .advice = advice});
  }
  ++cause->points;
}

void Findings::add_control(const std::string& where, const std::string& what,
                           const Verdict& verdict) {
  if (verdict.end == End::unknown) ++unknown_[verdict.detail];
  if (fails(verdict.end))
    add_cause(where, what, verdict, advice_for(verdict.end, Fault::kill, where));
}

void Findings::add(const Point& point, const Verdict& verdict) {
  ++counts_[static_cast<std::size_t>(point.fault)][static_cast<std::size_t>(verdict.end)];
  if (verdict.end == End::unknown) ++unknown_[verdict.detail];
  if (!fails(verdict.end)) return;
  add_cause(point.where, point.what, verdict, advice_for(verdict.end, point.fault, point.where));
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
