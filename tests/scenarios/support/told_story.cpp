#include "tests/scenarios/support/told_story.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenarios/flow/plan.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/judge/judge.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "scenarios/runner/run.h"
#include "trainwreck/cli.h"

namespace trainwreck::testing {

std::string story(const std::string& rest, const std::string& callbacks) {
  const std::string own = callbacks.empty() ? "" : ", " + callbacks;
  return R"({"name": "a story", "given": {
    "data": {"kind": "arrays", "samples": 8, "features": 2, "batch_size": 4},
    "model": [{"kind": "dense", "units": 1}],
    "compile": {"optimizer": {"kind": "sgd", "learning_rate": 0.25}, "loss": "mse"},
    "callbacks": [{"kind": "probe", "name": "A"}, {"kind": "csv_logger", "filename": "log.csv"})" +
         own + R"(], "fit": {"epochs": 2}}, )" + rest + "}";
}

std::vector<Scenario> parsed(const std::string& text) {
  const ParsedScenario result = parse_scenario(text, "story.json", builtin_vocabulary());
  for (const Diagnostic& mistake : result.mistakes) {
    ADD_FAILURE() << mistake.pointer << " " << mistake.message;
  }
  return result.scenarios;
}

Verdict verdict_of(const std::string& text, const std::string& profile) {
  const Vocabulary vocabulary = builtin_vocabulary();
  for (const Scenario& scenario : parsed(text)) {
    for (const Plan& one : plan(scenario, vocabulary)) {
      if (one.profile == profile) return judge(run(one, vocabulary), one);
    }
  }
  ADD_FAILURE() << "the text says nothing about " << profile;
  return {};
}

std::string finding_of(const std::string& text, const std::string& profile) {
  const Verdict verdict = verdict_of(text, profile);
  for (const CheckedAssertion& one : verdict.assertions) {
    if (!one.finding.held) return one.finding.expected + " -> " + one.finding.actual;
  }
  return verdict.note.empty() ? std::string(name_of(verdict.kind)) : verdict.note;
}

std::string then(const std::string& assertion) { return R"("then": [)" + assertion + "]"; }

std::string then_both(const std::string& assertion) {
  return R"("then": {"both": [)" + assertion + "]}";
}

std::string plain(const std::string& assertion) { return finding_of(story(then(assertion))); }

std::string struck(const std::string& assertion) {
  return finding_of(story(
      R"("when": [{"kind": "step_throws",
                   "at": {"epoch": 1, "batch": 1, "site": "step.loss"}}], )" +
      then(assertion)));
}

std::vector<std::string> mistakes_of(const std::string& text) {
  std::vector<std::string> texts;
  for (const Diagnostic& one : parse_scenario(text, "story.json", builtin_vocabulary()).mistakes) {
    texts.push_back(fmt::format("{}: {} {}", one.line, one.pointer, one.message));
  }
  return texts;
}

}  // namespace trainwreck::testing
