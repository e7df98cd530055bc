#include "engine/base/check.h"
#include "fuzz/targets.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/parse.h"
#include "scenarios/language/planning.h"
#include "trainwreck/cli.h"

namespace trainwreck::fuzz {

FuzzTarget parse_scenario() {
  return {
      "parse_scenario", "A scenario file: mistakes or a scenario, never both and never neither.",
      [](std::string_view bytes) {
        static const Vocabulary vocabulary = builtin_vocabulary();
        const ParsedScenario parsed = trainwreck::parse_scenario(bytes, "fuzz.json", vocabulary);
        TRAINWRECK_CHECK(parsed.scenarios.empty() != parsed.mistakes.empty(),
                         "either mistakes or scenarios");
        for (const Scenario& scenario : parsed.scenarios) plan(scenario, vocabulary);
      }};
}

}  // namespace trainwreck::fuzz
