#include "scenarios/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/formats/crc32c.h"
#include "engine/seams/seams.h"
#include "scenarios/judge/contract.h"
#include "scenarios/language/build.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"
#include "scenarios/trace/line_text.h"

namespace trainwreck {
namespace {

std::uint64_t mixed(std::uint64_t hash, std::string_view bytes) {
  const std::uint64_t sum = crc32c(bytes, static_cast<std::uint32_t>(hash));
  return (hash ^ (sum << 32U) ^ sum) * 0x9E3779B97F4A7C15ULL;
}

std::uint64_t hash_of(const Trace& trace) {
  std::uint64_t hash = trace.lines.size();
  for (const TraceLine& line : trace.lines) hash = mixed(hash, text_of(line));
  return hash;
}

std::uint64_t hash_of_end(const Outcome& outcome) {
  std::uint64_t hash = outcome.calls.size();
  for (const CallOutcome& call : outcome.calls) {
    hash = mixed(hash, {reinterpret_cast<const char*>(call.weights.data()),
                        call.weights.size() * sizeof(float)});
  }
  for (const auto& [path, bytes] : outcome.files) hash = mixed(mixed(hash, path), bytes);
  return hash;
}

// The line that tells of the first strike; the number of lines where there is none.
std::size_t first_strike(const Trace& trace) {
  const auto strike = std::find_if(trace.lines.begin(), trace.lines.end(),
                                   [](const TraceLine& line) { return is<traced::Fault>(line); });
  return static_cast<std::size_t>(strike - trace.lines.begin());
}

std::string ending_of(const Outcome& outcome) {
  const auto last =
      std::find_if(outcome.calls.begin(), outcome.calls.end(),
                   [](const CallOutcome& call) { return call.ending != Ending::returned; });
  return std::string(name_of(last == outcome.calls.end() ? Ending::returned : last->ending));
}

class SweepRun {
 public:
  SweepRun(const Plan& plan, const Vocabulary& vocabulary, const SweepOptions& options)
      : plan_(plan), vocabulary_(vocabulary), options_(options), base_(run(plan, vocabulary)) {
    result_.profile = plan.profile;
  }

  SweepResult all() {
    certify_base();
    const SweepPoints points =
        sweep_points(plan_.scenario, base_.crossings, options_.kinds, options_.most_points);
    SweepCertificate& proof = result_.certificate;
    proof.crossings = base_.crossings.size();
    proof.points = points.all;
    proof.outside = points.unarmed;
    proof.without_kind = points.unstruck;
    for (const SweepPoint& point : points.points) {
      strike(point);
      ++proof.tried;
      if (options_.progress) options_.progress(proof.tried, points.points.size());
    }
    if (!points.points.empty()) certify_end(points.points.back());
    return std::move(result_);
  }

 private:
  void certify_base() {
    const Outcome again = run(plan_, vocabulary_);
    SweepCertificate& proof = result_.certificate;
    proof.trace_hash = hash_of(base_.trace);
    proof.end_hash = hash_of_end(base_);
    proof.repeats =
        hash_of(again.trace) == proof.trace_hash && hash_of_end(again) == proof.end_hash;
    for (const Breach& breach : contract_of(base_).breaches) {
      result_.broken_undisturbed.insert(breach.id);
    }
    for (const TraceLine& line : base_.trace.lines) base_lines_.push_back(text_of(line));
  }

  // A fault that waits for a crossing too many has to leave everything as it was.
  void certify_end(const SweepPoint& point) {
    SweepPoint beyond = point;
    beyond.lasting = true;
    beyond.skip = static_cast<std::int64_t>(base_.crossings.size());
    const Outcome outcome = run(armed_with(beyond), vocabulary_);
    SweepCertificate& proof = result_.certificate;
    proof.nothing_fires_past_the_end = outcome.faults.back().fired.empty() &&
                                       hash_of(outcome.trace) == proof.trace_hash &&
                                       hash_of_end(outcome) == proof.end_hash;
  }

  Plan armed_with(const SweepPoint& point) const {
    Plan armed = plan_;
    armed.scenario.chapters[point.chapter].when.push_back(
        due_fault(part_of(when_of(point)), vocabulary_));
    return armed;
  }

  void strike(const SweepPoint& point) {
    const Plan armed = armed_with(point);
    const Outcome outcome = run(armed, vocabulary_);
    ++result_.ends[ending_of(outcome)];
    if (strayed(outcome.trace)) {
      result_.findings.push_back({point, std::string(kStrayed), stray_text(outcome.trace)});
      return;
    }
    if (outcome.faults.back().fired.empty()) {
      ++result_.certificate.no_strike;
      return;
    }
    ++result_.certificate.struck;
    tell_breaches(point, outcome);
  }

  // Up to the strike everything must be as it is without one.
  bool strayed(const Trace& trace) const { return first_stray(trace) < first_strike(trace); }

  std::size_t first_stray(const Trace& trace) const {
    const std::size_t strike = first_strike(trace);
    for (std::size_t i = 0; i < strike; ++i) {
      if (i == base_lines_.size() || text_of(trace.lines[i]) != base_lines_[i]) return i;
    }
    const bool ends_early =
        strike > 0 && strike == trace.lines.size() && strike < base_lines_.size();
    return ends_early ? strike - 1 : strike;
  }

  std::string stray_text(const Trace& trace) const {
    const std::size_t at = first_stray(trace);
    if (at + 1 == trace.lines.size() && at + 1 < base_lines_.size() &&
        text_of(trace.lines[at]) == base_lines_[at]) {
      return fmt::format("it ended before \"{}\", and nothing had struck", base_lines_[at + 1]);
    }
    return fmt::format("\"{}\" instead of \"{}\" before anything struck", text_of(trace.lines[at]),
                       at < base_lines_.size() ? base_lines_[at] : "the end");
  }

  // Each clause once, by its first breach.
  void tell_breaches(const SweepPoint& point, const Outcome& outcome) {
    std::set<std::string> told = result_.broken_undisturbed;
    for (const Breach& breach : contract_of(outcome).breaches) {
      if (told.insert(breach.id).second) {
        result_.findings.push_back({point, breach.id, breach.message});
      }
    }
  }

  ContractReport contract_of(const Outcome& outcome) const {
    return judge_contract({.trace = outcome.trace, .outcome = &outcome, .policy = &plan_.policy},
                          vocabulary_.invariants);
  }

  const Plan& plan_;
  const Vocabulary& vocabulary_;
  const SweepOptions& options_;
  Outcome base_;
  std::vector<std::string> base_lines_;
  SweepResult result_;
};

}  // namespace

std::vector<Plan> sweep_plans(const Scenario& scenario, const Vocabulary& vocabulary) {
  Scenario bare = scenario;
  bare.power_cut.reset();
  bare.expected_failure.reset();
  bare.profile.reset();
  bare.then = {};
  bare.then.both.push_back(
      build_expectation(part_of(R"({"kind": "keeps_contract"})", "/then"), vocabulary));
  for (Chapter& chapter : bare.chapters) {
    chapter.when.clear();
    chapter.then = {};
  }
  std::vector<Plan> plans = plan(bare, vocabulary);
  for (Plan& one : plans) one.evidence.crossings = true;
  return plans;
}

std::vector<SweptKind> kinds_for(const Scenario& scenario, std::vector<SweptKind> kinds,
                                 const Vocabulary& vocabulary) {
  RealWorld world;
  const Seams seams = world.seams();
  const auto model =
      build_model(scenario.given, {.catalogs = vocabulary.engine, .seams = seams, .seed = 1});
  if (model->loss().label_form() == LabelForm::class_index) return kinds;
  std::erase_if(kinds, [](const SweptKind& kind) { return kind.name == "label_out_of_range"; });
  return kinds;
}

SweepResult sweep(const Plan& plan, const Vocabulary& vocabulary, const SweepOptions& options) {
  return SweepRun(plan, vocabulary, options).all();
}

}  // namespace trainwreck
