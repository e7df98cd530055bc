#include "scenarios/suite/report_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"
#include "scenarios/flow/plan.h"
#include "scenarios/flow/verdict.h"
#include "scenarios/suite/replay_token.h"
#include "scenarios/suite/report.h"
#include "scenarios/suite/verdict_json.h"

namespace trainwreck {
namespace {

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  return text;
}

// What an assertion missed, for a person: first how the calls ended, then what follows from that.
std::string failure_text(const Verdict& verdict) {
  std::string text = verdict.note;
  for (const std::string& ending : verdict.endings) text += (text.empty() ? "" : "\n") + ending;
  for (const CheckedAssertion& one : verdict.assertions) {
    if (one.finding.held) continue;
    text += fmt::format("{}{} {}\n  expected: {}\n  actual:   {}", text.empty() ? "" : "\n",
                        one.pointer, one.kind, one.finding.expected, one.finding.actual);
    for (const std::string& line : one.context) text += "\n  " + line;
  }
  for (const std::string& line : remains_of(verdict)) text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string junit_skipped(const std::string& why) {
  return fmt::format("\n      <skipped message=\"{}\"/>\n    ", xml_text(why));
}

int first_missed_line(const Verdict& verdict) {
  for (const CheckedAssertion& one : verdict.assertions) {
    if (!one.finding.held) return one.line;
  }
  return 0;
}

std::string_view how_it_ended(const Verdict& verdict) {
  return verdict.breakdown == Breakdown::none ? name_of(verdict.kind) : name_of(verdict.breakdown);
}

// "file.json:12": the first assertion that did not hold; of a run that broke off the file alone.
std::string missed_place(const Plan& plan, const Verdict& verdict) {
  const int line = first_missed_line(verdict);
  return line > 0 ? fmt::format("{}:{}", plan.scenario.path, line) : plan.scenario.path;
}

// One failure per case, as the strictest reader wants it.
std::string junit_outcome(const Plan& plan, const Verdict& verdict) {
  const std::string text = fmt::format("{}\n{}\nreplay: {}", failure_text(verdict),
                                       missed_place(plan, verdict), replay_line(plan));
  // Each on a line of its own: many readers are line by line.
  const auto element = [&](std::string_view name) {
    return fmt::format("\n      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>", name,
                       xml_text(first_line(text)), how_it_ended(verdict), xml_text(text)) +
           "\n    ";
  };
  switch (verdict.kind) {
    case VerdictKind::failed:
      if (verdict.breakdown != Breakdown::none) return element("error");
      return element("failure");
    case VerdictKind::unreached:
      return element("failure");
    case VerdictKind::error:
      return element("error");
    case VerdictKind::skipped:
    case VerdictKind::expected_failure:
      return junit_skipped(verdict.note);
    case VerdictKind::held:
      return {};
  }
  return {};
}

// Line by line: bytes that are no text, or a character that was cut in two, spoil only their own.
std::string junit_printed(const Verdict& verdict) {
  if (verdict.printed.empty()) return {};
  std::string text;
  for (std::size_t at = 0; at < verdict.printed.size();) {
    const std::size_t end =
        std::min(verdict.printed.find('\n', at), verdict.printed.size() - 1) + 1;
    text += xml_text(verdict.printed.substr(at, end - at));
    at = end;
  }
  return fmt::format("\n      <system-out>{}</system-out>\n    ", text);
}

std::string junit_case(const Plan& plan, const SuiteResult& result) {
  const Verdict& verdict = result.verdict;
  std::string group = group_of(plan.scenario.path);
  std::replace(group.begin(), group.end(), '/', '.');
  return fmt::format(
      "    <testcase name=\"{}\" classname=\"{}\" time=\"{:.6f}\" file=\"{}\">{}</testcase>\n",
      xml_text(title_of(plan)), xml_text(group), verdict.seconds, xml_text(plan.scenario.path),
      (result.ran ? junit_outcome(plan, verdict) : junit_skipped(verdict.note)) +
          junit_printed(verdict));
}

struct Sums {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;

  void add(const SuiteResult& result) {
    const VerdictKind kind = result.verdict.kind;
    ++tests;
    if (!result.ran) {
      ++skipped;
      return;
    }
    const bool broke = result.verdict.breakdown != Breakdown::none;
    if ((kind == VerdictKind::failed && !broke) || kind == VerdictKind::unreached) ++failures;
    if (kind == VerdictKind::error || broke) ++errors;
    if (kind == VerdictKind::skipped || kind == VerdictKind::expected_failure) ++skipped;
  }
};

std::string markdown_cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

// "%" first: the others bring it in.
std::string escaped(std::string text, bool property) {
  const auto replace = [&text](char what, std::string_view with) {
    std::string out;
    for (const char c : text) {
      if (c == what) {
        out += with;
      } else {
        out += c;
      }
    }
    text = out;
  };
  replace('%', "%25");
  replace('\r', "%0D");
  replace('\n', "%0A");
  if (!property) return text;
  replace(':', "%3A");
  replace(',', "%2C");
  return text;
}

}  // namespace

std::string xml_text(const std::string& text) {
  std::string out;
  for (const char c : is_utf8(text) ? text : std::string("(bytes that are no text)")) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\t':
        out += "&#9;";
        break;
      default:
        out +=
            static_cast<unsigned char>(c) < 0x20 ? std::string("\xEF\xBF\xBD") : std::string(1, c);
    }
  }
  return out;
}

std::string junit_report(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                         double seconds) {
  Sums sums;
  std::string cases;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    sums.add(results[i]);
    cases += junit_case(plans[i], results[i]);
  }
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.6f}\"",
                  sums.tests, sums.failures, sums.errors, sums.skipped, seconds);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"trainwreck\" {0}>\n"
      "  <testsuite name=\"scenarios\" {0} timestamp=\"{1}\">\n{2}  </testsuite>\n</testsuites>\n",
      counts, utc_now(), cases);
}

std::string json_report(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results,
                        double seconds) {
  using Json = nlohmann::ordered_json;
  Json report = {{"trainwreck", 1}, {"seconds", seconds}, {"results", Json::array()}};
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const Scenario& scenario = plans[i].scenario;
    Json verdict = Json::parse(json_of(results[i].verdict));
    verdict["profile"] = plans[i].profile;
    if (!results[i].ran) verdict["kind"] = "not run";
    report["results"].push_back({{"path", scenario.path},
                                 {"name", scenario.name},
                                 {"case", scenario.case_name},
                                 {"tags", scenario.tags},
                                 {"replay", text_of(token_for(plans[i]))},
                                 {"verdict", std::move(verdict)}});
  }
  return report.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string markdown_summary(const std::vector<Plan>& plans,
                             const std::vector<SuiteResult>& results) {
  constexpr std::size_t kLongest = 1 << 19;  // half of what GitHub takes
  std::string text = "| what failed | where | how | replay |\n|---|---|---|---|\n";
  std::size_t failures = 0;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (!results[i].ran || !is_failure(results[i].verdict.kind)) continue;
    ++failures;
    if (text.size() > kLongest) continue;
    text += fmt::format("| {} | {} | {} | `{}` |\n", markdown_cell(title_of(plans[i])),
                        markdown_cell(missed_place(plans[i], results[i].verdict)),
                        how_it_ended(results[i].verdict), replay_line(plans[i]));
  }
  if (failures == 0) return fmt::format("trainwreck: all {} runs held\n", plans.size());
  return fmt::format("trainwreck: {} of {} runs failed\n\n{}", failures, plans.size(), text);
}

std::string annotations(const std::vector<Plan>& plans, const std::vector<SuiteResult>& results) {
  constexpr std::size_t kMost = 9;  // the tenth and later are dropped without a word
  std::string text;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (!results[i].ran || !is_failure(results[i].verdict.kind)) continue;
    if (++failures > kMost) continue;
    const int line = first_missed_line(results[i].verdict);
    text += fmt::format("::error file={}{},title={}::{}\n", escaped(plans[i].scenario.path, true),
                        line > 0 ? fmt::format(",line={}", line) : "",
                        escaped(title_of(plans[i]), true),
                        escaped(failure_text(results[i].verdict), false));
  }
  if (failures > kMost) text += fmt::format("::error::{} more failed\n", failures - kMost);
  return text;
}

}  // namespace trainwreck
