#include "engine/contract/read_rules.h"

#include <fmt/format.h>

#include <optional>

#include "engine/base/text.h"

namespace trainwreck {

RuleSet read_exempt_rules(Params& params) {
  RuleSet rules;
  for (const std::string& name : params.texts("without", "Rules that the source need not keep.")) {
    if (const std::optional<Rule> rule = rule_called(name)) {
      rules.add(*rule);
      continue;
    }
    const std::string_view near = closest(name, rule_names());
    params.complain("without",
                    near.empty()
                        ? fmt::format("\"{}\" is no rule: {}", name, joined(rule_names()))
                        : fmt::format("\"{}\" is no rule; did you mean \"{}\"?", name, near));
  }
  return rules;
}

}  // namespace trainwreck
