#include "scenarios/language/parse.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/json_node.h"
#include "engine/base/text.h"
#include "engine/seams/seams.h"
#include "faults/power/persistence.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/cases.h"
#include "scenarios/language/data_check.h"
#include "scenarios/language/needs.h"
#include "scenarios/language/read_parts.h"
#include "scenarios/language/words.h"

namespace trainwreck {
namespace {

constexpr std::string_view kProfiles[] = {"keras", "hardened"};

std::vector<DueFault> read_faults(Params& parent, const Vocabulary& vocabulary,
                                  const BuildContext& context) {
  std::vector<DueFault> faults;
  for (Params& item : parent.children("when", "The faults that strike: one, or a list.")) {
    DueFault& fault = faults.emplace_back(DueFault{.part = part_of(item), .trigger = {}});
    read_fault(item, vocabulary, context, fault.trigger);
  }
  return faults;
}

}  // namespace

Chapter read_chapter(Params& params, std::string_view unqualified, const Vocabulary& vocabulary,
                     const BuildContext& context) {
  Chapter chapter;
  chapter.pointer = params.pointer();
  chapter.action = static_cast<Action>(
      params.choice("do", names_of(actions()), 0, "What is done in this chapter."));
  chapter.when = read_faults(params, vocabulary, context);
  chapter.then = read_expectations(params, "then", unqualified, vocabulary);
  if (auto fit =
          params.maybe_child("fit", "Options of fit for this call, in place of given.fit.")) {
    chapter.fit = read_fit(*fit);
  }
  if (auto data = params.maybe_child("data", "Another data source for this call.")) {
    chapter.data = part_of(*data);
    make_from<std::shared_ptr<DataSource>, BuildContext>(vocabulary.engine.data, *data, context);
  }
  for (Params& item :
       params.children("callbacks", "More callbacks for this call, behind the given ones.")) {
    chapter.callbacks.push_back(part_of(item));
    make_from<CallbackHandle, BuildContext>(vocabulary.engine.callbacks, item, context);
  }
  chapter.batch = params.integer(
      "batch", 0, "Which batch of the data train_on_batch and its sisters get.", {.low = 0});
  chapter.loses = params.texts("loses", "restart: paths of files that the machine loses with it.");
  if (chapter.action == Action::check_data) chapter.check = read_data_check(params);
  params.reject_unknown_keys();
  return chapter;
}

void read_holds(Params& params, Claim& claim) {
  claim.holds_in_keras = params.maybe_flag("keras", "Whether it holds under keras.");
  claim.holds_in_hardened = params.maybe_flag("hardened", "Whether it holds under hardened.");
  params.reject_unknown_keys();
}

Claim read_claim(Params& params) {
  Claim claim;
  claim.says = params.need_text("says", "The claim, as one sentence.");
  claim.from = params.text("from", "", "Where it comes from.");
  Params holds = params.child("holds", "Whether this story bears it out, for each profile.");
  read_holds(holds, claim);
  params.reject_unknown_keys();
  return claim;
}

ExpectedFailure read_expected_failure(Params& params) {
  ExpectedFailure failure{.because = params.need_text("because", "Why it does not hold yet."),
                          .see = params.text("see", "", "Where somebody works on it.")};
  params.reject_unknown_keys();
  return failure;
}

PowerCutWish read_power_cut(Params& params) {
  PowerCutWish wish{
      .models = params.texts(
          "models", "What the disk promises, by name (docs/power_cuts.md); none named: each.")};
  for (const std::string& model : wish.models) {
    if (persistence_model_named(model)) continue;
    params.complain("models", fmt::format("\"{}\" is no persistence model; there are {}", model,
                                          fmt::join(persistence_models(), ", ")));
  }
  if (wish.models.empty()) {
    wish.models.assign(persistence_models().begin(), persistence_models().end());
  }
  wish.resume = params.flag("resume", false,
                            "The story is told again on each disk that is left, and has to go on "
                            "from what it saved.");
  wish.states_per_cut = params.integer("states_per_cut", wish.states_per_cut,
                                       "Combinations of losses at one cut before only pairs of "
                                       "them are tried.",
                                       {.low = 1, .high = 1'000'000});
  params.reject_unknown_keys();
  return wish;
}

namespace {

// One claim or several: a story can bear out one and refute another.
std::vector<Claim> read_claims(Params& scenario) {
  std::vector<Claim> claims;
  for (Params& params : scenario.children(
           "claim", "What people believe, and whether this story bears it out: one, or a list.")) {
    claims.push_back(read_claim(params));
  }
  return claims;
}

void check_needs(Params& params, const Scenario& scenario) {
  std::vector<std::string_view> known;
  for (const Need& need : needs()) known.push_back(need.name);
  for (const std::string& need : scenario.needs) {
    if (std::find(known.begin(), known.end(), need) != known.end()) continue;
    const std::string_view near = closest(need, known);
    const std::string hint = near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near);
    params.complain(
        "needs", fmt::format("\"{}\" is unknown, and not one of {}{}", need, joined(known), hint));
  }
}

void read_head(Params& params, Scenario& scenario) {
  params.text("$schema", "", "The schema that editors check and complete this file by.");
  scenario.name = params.need_text("name", "What this file shows to be true, as one sentence.");
  scenario.about = params.text("about", "", "Why anybody should care.");
  scenario.tags = params.texts("tags", "Words by which run --tag and --without choose.");
  scenario.claims = read_claims(params);
  scenario.observation =
      params.text("observation", "", "The run of real Keras that this tells (tests/observations).");
  if (auto failure = params.maybe_child(
          "expected_failure", "It is known not to hold: counted apart, and red once it holds.")) {
    scenario.expected_failure = read_expected_failure(*failure);
  }
  if (auto cut = params.maybe_child("power_cut", "The power is cut at every file operation.")) {
    scenario.power_cut = read_power_cut(*cut);
  }
  scenario.needs =
      params.texts("needs", "What the machine must allow; the story is skipped where it does not.");
  scenario.timeout_seconds =
      params.number("timeout_s", 10.0, "Seconds after which a run is killed and counts as hung.",
                    {.low = 0.01, .high = 3600.0});
  scenario.real_process = params.flag(
      "real_process", false, "Told in forked processes on a real disk, in place of a simulation.");
  check_needs(params, scenario);
  if (const auto profile = params.maybe_choice(
          "profile", kProfiles, "The one profile to run; absent: each that \"then\" speaks of.")) {
    scenario.profile = std::string(kProfiles[*profile]);
  }
}

}  // namespace

Scenario read_scenario(Params& params, const std::string& path, const Vocabulary& vocabulary,
                       const BuildContext& context) {
  Scenario scenario;
  scenario.path = path;
  read_head(params, scenario);
  const std::string unqualified = scenario.profile.value_or("hardened");
  Params given = params.child("given", "Everything that the run is made of.");
  scenario.given = read_setup(given, vocabulary, context);
  scenario.chapters = read_chapters(params, unqualified, vocabulary, context);
  scenario.then = read_expectations(params, "then", unqualified, vocabulary);
  params.reject_unknown_keys();
  return scenario;
}

namespace {

// What only a simulated world can do.
void check_real(const Scenario& scenario, Params& params) {
  const auto& needed = scenario.needs;
  const bool mounts = std::find(needed.begin(), needed.end(), "mount") != needed.end();
  if (scenario.given.disk_bytes && !mounts) {
    params.complain("needs", "a real disk of a chosen size needs \"mount\"");
  }
  if (scenario.power_cut) {
    params.complain("power_cut", "needs a simulated world: what a process wrote outlives it");
  }
  for (const Chapter& chapter : scenario.chapters) {
    if (chapter.action != Action::check_data) continue;
    params.complain("real_process", "has nothing to do with \"check_data\"");
  }
}

void check_whole(const Scenario& scenario, Params& params) {
  const bool trains = std::any_of(scenario.chapters.begin(), scenario.chapters.end(),
                                  [](const Chapter& c) { return !c.check; });
  if (trains && scenario.given.layers.empty()) {
    params.complain("given", "needs a \"model\" with a layer");
  }
  if (scenario.real_process) check_real(scenario, params);
  const bool states_something =
      !scenario.then.empty() || std::any_of(scenario.chapters.begin(), scenario.chapters.end(),
                                            [](const Chapter& c) { return !c.then.empty(); });
  if (!states_something)
    params.complain("a scenario that states nothing tests nothing: add \"then\"");
}

// Reads one story; its cases are told already.
std::optional<Scenario> parse_one(std::shared_ptr<const JsonNode> story, const std::string& path,
                                  const Vocabulary& vocabulary, Diagnostics& mistakes) {
  RealWorld world;
  const Seams seams = world.seams();
  const BuildContext context{.catalogs = vocabulary.engine, .seams = seams};
  Params params = Params::over(std::move(story), "", mistakes);
  Scenario scenario = read_scenario(params, path, vocabulary, context);
  check_whole(scenario, params);
  if (!mistakes.empty()) return std::nullopt;
  return scenario;
}

}  // namespace

std::vector<Chapter> read_chapters(Params& scenario, std::string_view unqualified,
                                   const Vocabulary& vocabulary, const BuildContext& context) {
  std::vector<Chapter> chapters;
  std::vector<Params> runs = scenario.children("runs", "A longer story, chapter by chapter.");
  if (!scenario.has("runs")) {
    Chapter only;
    only.when = read_faults(scenario, vocabulary, context);
    chapters.push_back(std::move(only));
    return chapters;
  }
  if (scenario.has("when")) scenario.complain("when", "belongs into one of \"runs\"");
  for (Params& item : runs) {
    chapters.push_back(read_chapter(item, unqualified, vocabulary, context));
  }
  if (chapters.empty()) scenario.complain("runs", "needs at least one chapter");
  return chapters;
}

ParsedScenario parse_scenario(std::string_view text, const std::string& path,
                              const Vocabulary& vocabulary) {
  ParsedScenario parsed;
  JsonNode root = parse_json(text, {.comments = true}, parsed.mistakes);
  if (!parsed.mistakes.empty()) return parsed;
  for (StoryCase& one : expand_cases(std::move(root), parsed.mistakes)) {
    Diagnostics mistakes;
    auto scenario = parse_one(std::move(one.story), path, vocabulary, mistakes);
    for (Diagnostic& mistake : mistakes) {
      if (!one.name.empty()) mistake.message += fmt::format(" (in case \"{}\")", one.name);
      parsed.mistakes.push_back(std::move(mistake));
    }
    if (!scenario) continue;
    scenario->case_name = one.name;
    parsed.scenarios.push_back(std::move(*scenario));
  }
  if (!parsed.mistakes.empty()) parsed.scenarios.clear();
  return parsed;
}

}  // namespace trainwreck
