#include "scenarios/suite/verdict_json.h"

#include <nlohmann/json.hpp>

namespace trainwreck {
namespace {

using Json = nlohmann::ordered_json;

Json json_of_assertion(const CheckedAssertion& one) {
  return {{"pointer", one.pointer},
          {"line", one.line},
          {"kind", one.kind},
          {"held", one.finding.held},
          {"expected", one.finding.expected},
          {"actual", one.finding.actual},
          {"lines", one.finding.lines},
          {"context", one.context}};
}

CheckedAssertion assertion_from(const Json& json) {
  CheckedAssertion one{
      .pointer = json.at("pointer"), .line = json.at("line"), .kind = json.at("kind")};
  one.finding = {.held = json.at("held"),
                 .expected = json.at("expected"),
                 .actual = json.at("actual"),
                 .lines = json.at("lines")};
  one.context = json.at("context").get<std::vector<std::string>>();
  return one;
}

VerdictKind kind_from(std::string_view name) {
  for (int kind = 0; kind <= static_cast<int>(VerdictKind::error); ++kind) {
    if (name_of(static_cast<VerdictKind>(kind)) == name) return static_cast<VerdictKind>(kind);
  }
  return VerdictKind::error;
}

Breakdown breakdown_from(std::string_view name) {
  for (const auto kind : {Breakdown::crashed, Breakdown::hung, Breakdown::vanished}) {
    if (name_of(kind) == name) return kind;
  }
  return Breakdown::none;
}

}  // namespace

std::string json_of(const Verdict& verdict) {
  Json json = {{"kind", name_of(verdict.kind)},
               {"profile", verdict.profile},
               {"note", verdict.note},
               {"seconds", verdict.seconds},
               {"endings", verdict.endings},
               {"breakdown", name_of(verdict.breakdown)},
               {"last_events", verdict.last_events},
               {"stack", verdict.stack},
               {"printed", verdict.printed},
               {"assertions", Json::array()}};
  for (const CheckedAssertion& one : verdict.assertions) {
    json["assertions"].push_back(json_of_assertion(one));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Verdict> verdict_from(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    Verdict verdict{.kind = kind_from(json.at("kind").get<std::string>()),
                    .profile = json.at("profile"),
                    .note = json.at("note"),
                    .seconds = json.at("seconds")};
    verdict.endings = json.at("endings").get<std::vector<std::string>>();
    verdict.last_events = json.at("last_events").get<std::vector<std::string>>();
    verdict.stack = json.at("stack").get<std::vector<std::string>>();
    verdict.printed = json.at("printed");
    verdict.breakdown = breakdown_from(json.at("breakdown").get<std::string>());
    for (const Json& one : json.at("assertions")) verdict.assertions.push_back(assertion_from(one));
    return verdict;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace trainwreck
