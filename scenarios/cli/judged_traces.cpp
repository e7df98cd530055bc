#include "scenarios/cli/judged_traces.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/suite/report_files.h"

namespace trainwreck {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson said_of_lines(const Diagnostics& diagnostics) {
  OrderedJson list = OrderedJson::array();
  for (const Diagnostic& one : diagnostics) {
    list.push_back({{"line", one.line}, {"message", one.message}});
  }
  return list;
}

OrderedJson clauses_of(const ContractReport& report) {
  OrderedJson clauses = OrderedJson::object();
  for (const auto& [id, result] : report.results) {
    OrderedJson clause{{"keeping", name_of(result.keeping)}};
    if (result.keeping == Keeping::unknown) clause["why"] = result.why_unknown;
    clauses[id] = std::move(clause);
  }
  return clauses;
}

OrderedJson breaches_of(const ContractReport& report) {
  OrderedJson list = OrderedJson::array();
  for (const Breach& breach : report.breaches) {
    list.push_back({{"id", breach.id}, {"message", breach.message}, {"lines", breach.lines}});
  }
  return list;
}

std::string messages_of(const ContractReport& report, std::string_view id) {
  std::string text;
  for (const Breach& breach : report.breaches) {
    if (breach.id == id) text += (text.empty() ? "" : "\n") + breach.message;
  }
  return text;
}

std::string junit_clause(const JudgedTrace& trace, const std::string& id,
                         const InvariantResult& result) {
  std::string inside;
  if (result.keeping == Keeping::broken) {
    inside = fmt::format("<failure message=\"{}\"/>", xml_text(messages_of(trace.report, id)));
  } else if (result.keeping == Keeping::unknown) {
    inside = fmt::format("<skipped message=\"{}\"/>", xml_text(result.why_unknown));
  }
  return fmt::format("    <testcase name=\"{}\" classname=\"{}\">{}</testcase>\n", id,
                     xml_text(trace.path), inside);
}

std::string junit_mistakes(const JudgedTrace& trace) {
  std::string text;
  for (const Diagnostic& one : trace.reading.mistakes) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", one.line, one.message);
  }
  return fmt::format(
      "    <testcase name=\"reading\" classname=\"{}\"><error message=\"{}\"/></testcase>\n",
      xml_text(trace.path), xml_text(text));
}

std::string junit_suite(const JudgedTrace& trace) {
  if (!trace.is_readable()) {
    return fmt::format(
        "  <testsuite name=\"{}\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n{}"
        "  </testsuite>\n",
        xml_text(trace.path), junit_mistakes(trace));
  }
  std::string cases;
  std::size_t counts[3] = {};
  for (const auto& [id, result] : trace.report.results) {
    ++counts[static_cast<std::size_t>(result.keeping)];
    cases += junit_clause(trace, id, result);
  }
  return fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}"
      "  </testsuite>\n",
      xml_text(trace.path), trace.report.results.size(), counts[1], counts[2], cases);
}

}  // namespace

std::string_view name_of(Keeping keeping) {
  if (keeping == Keeping::kept) return "kept";
  return keeping == Keeping::broken ? "broken" : "unknown";
}

std::string judged_as_json(std::span<const JudgedTrace> traces) {
  OrderedJson list = OrderedJson::array();
  for (const JudgedTrace& one : traces) {
    list.push_back({{"path", one.path},
                    {"engine", one.reading.trace.engine},
                    {"mistakes", said_of_lines(one.reading.mistakes)},
                    {"remarks", said_of_lines(one.reading.remarks)},
                    {"unfinished", one.report.unfinished},
                    {"breaches", breaches_of(one.report)},
                    {"clauses", clauses_of(one.report)}});
  }
  const auto lenient = OrderedJson::error_handler_t::replace;
  return OrderedJson{{"traces", std::move(list)}}.dump(2, ' ', false, lenient) + "\n";
}

std::string judged_as_junit(std::span<const JudgedTrace> traces) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"contract\">\n";
  for (const JudgedTrace& one : traces) text += junit_suite(one);
  return text + "</testsuites>\n";
}

}  // namespace trainwreck
