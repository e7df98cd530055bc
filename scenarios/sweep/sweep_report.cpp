#include "scenarios/sweep/sweep_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/suite/report.h"

namespace trainwreck {
namespace {

std::string untried_text(const SweepCertificate& proof) {
  std::string text;
  if (proof.tried < proof.points) {
    text += fmt::format("  not tried: {} of {} points (--points tries more)\n",
                        proof.points - proof.tried, proof.points);
  }
  if (proof.without_kind > 0) {
    text += fmt::format("  not tried: {} crossings at which no kind of the sweep can strike\n",
                        proof.without_kind);
  }
  if (proof.outside > 0) {
    text += fmt::format("  not tried: {} crossings outside of any call\n", proof.outside);
  }
  return text;
}

std::string doubt_text(const SweepCertificate& proof) {
  if (!proof.repeats) return "  not deterministic: two undisturbed runs differ\n";
  if (proof.struck == 0) return "  nothing was struck: this proves nothing\n";
  if (proof.tried > 0 && !proof.nothing_fires_past_the_end) {
    return "  a fault past the last crossing changed the run: not every crossing was counted\n";
  }
  return {};
}

// What one clause is broken by, told by its first point.
struct Alike {
  const SweepFinding* first = nullptr;
  std::size_t count = 0;
  std::map<std::string, std::size_t> kinds;
};

// The kinds that do it most often come first.
std::string kinds_text(const std::map<std::string, std::size_t>& kinds) {
  constexpr std::size_t kMost = 6;
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& [kind, count] : kinds) ranked.emplace_back(count, kind);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(kMost, ranked.size()); ++i) {
    texts.push_back(fmt::format("{} {}", ranked[i].second, ranked[i].first));
  }
  if (ranked.size() > kMost) texts.push_back(fmt::format("{} more", ranked.size() - kMost));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string findings_text(const SweepResult& result) {
  std::map<std::string, Alike> groups;
  for (const SweepFinding& finding : result.findings) {
    Alike& group = groups[finding.signature];
    if (group.count++ == 0) group.first = &finding;
    ++group.kinds[finding.point.kind];
  }
  std::string text;
  for (const auto& [name, group] : groups) {
    text += fmt::format("  {} broken at {} point{}: {}\n    first: {}\n    when: {}\n", name,
                        group.count, group.count == 1 ? "" : "s", kinds_text(group.kinds),
                        group.first->text, when_of(group.first->point));
  }
  if (!result.broken_undisturbed.empty()) {
    text += fmt::format("  broken without any fault, and not told again: {}\n",
                        fmt::join(result.broken_undisturbed, ", "));
  }
  return text;
}

// Points, of which one may break several clauses.
std::size_t points_with_findings(const SweepResult& result) {
  std::set<std::string> points;
  for (const SweepFinding& finding : result.findings) points.insert(when_of(finding.point));
  return points.size();
}

}  // namespace

bool is_sound(const SweepResult& result) {
  const SweepCertificate& proof = result.certificate;
  const bool strayed =
      std::any_of(result.findings.begin(), result.findings.end(),
                  [](const SweepFinding& finding) { return finding.signature == kStrayed; });
  return proof.struck > 0 && proof.repeats && proof.nothing_fires_past_the_end && !strayed;
}

std::string sweep_text(const Plan& plan, const SweepResult& result) {
  const SweepCertificate& proof = result.certificate;
  std::string text = fmt::format(
      "{}: {} crossings, {} points, {} tried: {} struck, {} had nothing to bend, {} broke "
      "something\n",
      title_of(plan), proof.crossings, proof.points, proof.tried, proof.struck, proof.no_strike,
      points_with_findings(result));
  text += untried_text(proof) + doubt_text(proof) + findings_text(result);
  return text + fmt::format("  certificate: trace {:016x}, end {:016x}\n", proof.trace_hash,
                            proof.end_hash);
}

std::string sweep_json(const Plan& plan, const SweepResult& result) {
  const SweepCertificate& proof = result.certificate;
  nlohmann::ordered_json json = {{"scenario", plan.scenario.path},
                                 {"case", plan.scenario.case_name},
                                 {"profile", result.profile},
                                 {"crossings", proof.crossings},
                                 {"points", proof.points},
                                 {"tried", proof.tried},
                                 {"struck", proof.struck},
                                 {"no_strike", proof.no_strike},
                                 {"outside", proof.outside},
                                 {"without_kind", proof.without_kind},
                                 {"repeats", proof.repeats},
                                 {"nothing_fires_past_the_end", proof.nothing_fires_past_the_end},
                                 {"trace_hash", fmt::format("{:016x}", proof.trace_hash)},
                                 {"end_hash", fmt::format("{:016x}", proof.end_hash)},
                                 {"ends", result.ends},
                                 {"broken_undisturbed", result.broken_undisturbed},
                                 {"findings", nlohmann::ordered_json::array()}};
  for (const SweepFinding& finding : result.findings) {
    json["findings"].push_back({{"signature", finding.signature},
                                {"text", finding.text},
                                {"address", text_of(finding.point.at)},
                                {"when", nlohmann::ordered_json::parse(when_of(finding.point))}});
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace trainwreck
