#include "scenarios/language/data_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/json_node.h"
#include "engine/contract/read_rules.h"
#include "engine/seams/executor.h"
#include "engine/sources/read_source.h"
#include "scenarios/language/parse.h"

namespace trainwreck {
namespace {

// One parameter as the command line has it, as the members of a JSON object.
std::string members_of(const std::string& text, Diagnostics& mistakes) {
  Diagnostics here;
  if (text.starts_with('{')) {
    const JsonNode object = parse_json(text, {}, here);
    for (const Diagnostic& mistake : here) mistakes.push_back({text, mistake.message});
    const std::string json = json_text(object);
    return json.substr(1, json.size() - 2);
  }
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    mistakes.push_back({text, "is neither key=value nor a JSON object"});
    return {};
  }
  const std::string value = text.substr(equals + 1);
  const JsonNode node = parse_json(value, {}, here);
  return fmt::format("{}:{}", json_text(std::string_view(text).substr(0, equals)),
                     here.empty() ? json_text(node) : json_text(std::string_view(value)));
}

const Chapter* check_of(const ParsedScenario& parsed) {
  for (const Scenario& scenario : parsed.scenarios) {
    for (const Chapter& chapter : scenario.chapters) {
      if (chapter.check) return &chapter;
    }
  }
  return nullptr;
}

std::string list_of(std::span<const std::string> words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back(json_text(std::string_view(word)));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::vector<std::string> names_of(const RuleSet& rules) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kRules; ++i) {
    if (rules.has(static_cast<Rule>(i))) names.emplace_back(name_of(static_cast<Rule>(i)));
  }
  return names;
}

}  // namespace

std::string subject_json(const std::string& kind, std::span<const std::string> params,
                         Diagnostics& mistakes) {
  std::string json = fmt::format("{{\"kind\":{}", json_text(std::string_view(kind)));
  for (const std::string& text : params) {
    const std::string members = members_of(text, mistakes);
    if (!members.empty()) json += "," + members;
  }
  return json + "}";
}

SourceUnderCheck read_subject(const std::string& json, const Vocabulary& vocabulary,
                              const Seams& seams, Diagnostics& mistakes) {
  const auto build = [json, &vocabulary, &seams](Diagnostics& complaints) {
    Params params = Params::parse(json, complaints);
    return make_from<std::shared_ptr<DataSource>, BuildContext>(vocabulary.engine.data, params,
                                                                {vocabulary.engine, seams});
  };
  const std::size_t before = mistakes.size();
  build(mistakes);
  SourceUnderCheck subject{.json = json};
  if (mistakes.size() != before) return subject;
  subject.make = [build] {
    Diagnostics none;
    return build(none);
  };
  return subject;
}

DataCheck read_data_check(Params& params) {
  DataCheck check;
  const std::vector<std::string> steps = params.texts(
      "script", "check_data: what is done with the source, step by step (docs/data.md).");
  std::vector<std::string> complaints;
  check.script = read_script(steps, complaints);
  for (std::string& complaint : complaints) params.complain("script", std::move(complaint));
  if (steps.empty()) params.complain("script", "is missing: [\"fetch 0\", \"again\"]");
  check.without = read_exempt_rules(params);
  return check;
}

ScriptResult run_check(const DataCheck& check, const SourceFactory& make) {
  const auto executor = thread_executor();
  return run_script(make, check.script, {.without = check.without, .executor = executor.get()});
}

ScriptFile read_script_file(std::string_view bytes, const std::string& path,
                            const Vocabulary& vocabulary, Diagnostics& mistakes) {
  ScriptFile file;
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || bytes[first] != '{') {
    std::vector<std::uint8_t> choices(bytes.begin(), bytes.end());
    file.check.script = decode_script(choices);
    return file;
  }
  const ParsedScenario parsed = parse_scenario(bytes, path, vocabulary);
  mistakes = parsed.mistakes;
  if (!mistakes.empty()) return file;
  const Chapter* chapter = check_of(parsed);
  if (chapter == nullptr) {
    mistakes.push_back({"", "has no chapter that checks data: {\"do\": \"check_data\", ...}"});
    return file;
  }
  file.check = *chapter->check;
  const Part& data = chapter->data ? *chapter->data : *parsed.scenarios.front().given.data;
  file.data = json_text(*data.value);
  return file;
}

std::string text_of(const ScriptFinding& found, std::string_view source, std::string_view again) {
  const RuleBreak& broken = found.finding.broken;
  std::string text =
      fmt::format("{} breaks {}: {}\n", source, name_of(broken.rule), info_of(broken.rule).meaning);
  text += fmt::format("This does it ({} steps before shrinking):\n", found.steps);
  std::size_t number = 0;
  for (const std::string& line : found.story) text += fmt::format("{:3}. {}\n", ++number, line);
  text += text_of(broken, found.finding.batch) + "\n";
  return text + fmt::format("Again: {}\n", again);
}

std::string scenario_of(const ScriptFinding& found, const std::string& data,
                        const RuleSet& without) {
  Diagnostics none;
  Params params = Params::parse(data, none);
  const RuleBreak& broken = found.finding.broken;
  const std::vector<std::string> exempt = names_of(without);
  const std::string without_text =
      exempt.empty() ? "" : fmt::format(",\n            \"without\": {}", list_of(exempt));
  return fmt::format(
      R"({{
  "name": {},
  "about": {},
  "tags": ["data"],
  "given": {{"data": {}}},
  "runs": [{{"do": "check_data",
            "script": {}{}}}],
  "then": [{{"kind": "status", "is": "completed"}}]
}}
)",
      json_text(
          std::string_view(fmt::format("{} keeps {}", kind_of(params), name_of(broken.rule)))),
      json_text(std::string_view(fmt::format("{} It was seen that {}", info_of(broken.rule).meaning,
                                             text_of(broken, found.finding.batch)))),
      data, list_of(words_of(found.script)), without_text);
}

}  // namespace trainwreck
