#include "scenarios/language/parse.h"

#include <fmt/format.h>

#include <array>

#include "engine/base/json_node.h"
#include "engine/base/text.h"
#include "engine/seams/seams.h"
#include "faults/power/persistence.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/cases.h"
#include "scenarios/language/data_check.h"
#include "scenarios/language/needs.h"
#include "scenarios/language/read_parts.h"

namespace trainwreck {
namespace {

constexpr std::array<std::string_view, 9> kActions{
    "fit",       "evaluate",   "predict", "train_on_batch", "test_on_batch", "predict_on_batch",
    "hand_loop", "check_data", "restart"};
constexpr std::array<std::string_view, 2> kProfiles{"keras", "hardened"};

std::vector<DueFault> read_faults(Params& parent, const Vocabulary& vocabulary,
                                  const BuildContext& context) {
  std::vector<DueFault> faults;
  for (Params& item : parent.children("when", "the faults")) {
    DueFault& fault = faults.emplace_back(DueFault{.part = part_of(item), .trigger = {}});
    read_fault(item, vocabulary, context, fault.trigger);
  }
  return faults;
}

Chapter read_chapter(Params& params, std::string_view unqualified, const Vocabulary& vocabulary,
                     const BuildContext& context) {
  Chapter chapter;
  chapter.pointer = params.pointer();
  chapter.action = static_cast<Action>(params.choice("do", kActions, 0, "what is done"));
  chapter.when = read_faults(params, vocabulary, context);
  chapter.then = read_expectations(params, "then", unqualified, vocabulary);
  if (auto fit = params.maybe_child("fit", "options in place of given.fit")) {
    chapter.fit = read_fit(*fit);
  }
  if (auto data = params.maybe_child("data", "data in place of given.data")) {
    chapter.data = part_of(*data);
    make_from<std::shared_ptr<DataSource>, BuildContext>(vocabulary.engine.data, *data, context);
  }
  for (Params& item : params.children("callbacks", "callbacks beside the given ones")) {
    chapter.callbacks.push_back(part_of(item));
    make_from<CallbackHandle, BuildContext>(vocabulary.engine.callbacks, item, context);
  }
  chapter.batch = params.integer("batch", 0, "the batch of train_on_batch, ...", {.low = 0});
  chapter.loses = params.texts("loses", "restart: paths that do not survive");
  if (chapter.action == Action::check_data) chapter.check = read_data_check(params);
  params.reject_unknown_keys();
  return chapter;
}

std::optional<bool> read_flag(Params& params, std::string_view key) {
  if (!params.has(key)) return std::nullopt;
  return params.flag(key, true, "whether the claim holds there");
}

// One claim or several: a story can bear out one and refute another.
std::vector<Claim> read_claims(Params& scenario) {
  std::vector<Claim> claims;
  for (Params& params :
       scenario.children("claim", "what people believe, and whether it holds: one or a list")) {
    Claim claim;
    claim.says = params.need_text("says", "the claim in one sentence");
    claim.from = params.text("from", "", "where it comes from");
    Params holds = params.child("holds", "per profile");
    claim.holds_in_keras = read_flag(holds, "keras");
    claim.holds_in_hardened = read_flag(holds, "hardened");
    holds.reject_unknown_keys();
    params.reject_unknown_keys();
    claims.push_back(std::move(claim));
  }
  return claims;
}

std::optional<ExpectedFailure> read_expected_failure(Params& scenario) {
  auto params = scenario.maybe_child("expected_failure", "known not to hold, and why");
  if (!params) return std::nullopt;
  ExpectedFailure failure{.because = params->need_text("because", "why"),
                          .see = params->text("see", "", "where it is tracked")};
  params->reject_unknown_keys();
  return failure;
}

std::optional<PowerCutWish> read_power_cut(Params& scenario) {
  auto params = scenario.maybe_child("power_cut", "cut the power at every file operation");
  if (!params) return std::nullopt;
  PowerCutWish wish{.models = params->texts("models", "what the disk promises; absent: each")};
  for (const std::string& model : wish.models) {
    if (persistence_model_named(model)) continue;
    params->complain("models", fmt::format("\"{}\" is no persistence model; there are {}", model,
                                           fmt::join(persistence_models(), ", ")));
  }
  if (wish.models.empty()) {
    wish.models.assign(persistence_models().begin(), persistence_models().end());
  }
  wish.resume = params->flag("resume", false, "the story, told again, goes on from what it saved");
  wish.states_per_cut = params->integer("states_per_cut", wish.states_per_cut,
                                        "combinations at one cut before only few are tried",
                                        {.low = 1, .high = 1'000'000});
  params->reject_unknown_keys();
  return wish;
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
  params.text("$schema", "", "for editors");
  scenario.name = params.need_text("name", "the claim of this scenario, as a sentence");
  scenario.about = params.text("about", "", "why it matters");
  scenario.tags = params.texts("tags", "words to select by");
  scenario.claims = read_claims(params);
  scenario.observation = params.text("observation", "", "the run of real Keras that this tells");
  scenario.expected_failure = read_expected_failure(params);
  scenario.power_cut = read_power_cut(params);
  scenario.needs = params.texts("needs", "what the machine must allow: fork, mount");
  scenario.timeout_seconds =
      params.number("timeout_s", 10.0, "longest the run may take", {.low = 0.01, .high = 3600.0});
  scenario.real_process = params.flag("real_process", false, "a forked child on a real directory");
  check_needs(params, scenario);
  if (params.has("profile")) {
    const std::size_t profile = params.choice("profile", kProfiles, 1, "the one profile to run");
    scenario.profile = std::string(kProfiles[profile]);
  }
}

Scenario read_scenario(Params& params, const std::string& path, const Vocabulary& vocabulary,
                       const BuildContext& context) {
  Scenario scenario;
  scenario.path = path;
  read_head(params, scenario);
  const std::string unqualified = scenario.profile.value_or("hardened");
  Params given = params.child("given", "what there is");
  scenario.given = read_setup(given, vocabulary, context);
  scenario.chapters = read_chapters(params, unqualified, vocabulary, context);
  scenario.then = read_expectations(params, "then", unqualified, vocabulary);
  params.reject_unknown_keys();
  return scenario;
}

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
  if (!scenario.has("runs")) {
    Chapter only;
    only.when = read_faults(scenario, vocabulary, context);
    chapters.push_back(std::move(only));
    return chapters;
  }
  if (scenario.has("when")) scenario.complain("when", "belongs into one of \"runs\"");
  for (Params& item : scenario.children("runs", "a longer story, chapter by chapter")) {
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
