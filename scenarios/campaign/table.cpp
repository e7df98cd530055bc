#include "scenarios/campaign/table.h"

#include <fmt/format.h>

#include <cctype>
#include <nlohmann/json.hpp>

namespace trainwreck::campaign {
namespace {

std::string in_capitals(std::string_view text) {
  std::string all;
  for (const char c : text) all += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return all;
}

std::string points_text(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "point" : "points");
}

void add_rows(const Findings& findings, std::string& text) {
  text += fmt::format("{:<26}{:>8}", "fault", "points");
  const auto width = [](End end) { return name_of(end).size() + 2; };
  for (std::size_t i = 0; i < kEndNames.size(); ++i) {
    const End end = static_cast<End>(i);
    if (findings.count(end) > 0) text += fmt::format("{:>{}}", name_of(end), width(end));
  }
  text += "\n";
  for (std::size_t f = 0; f < kFaultNames.size(); ++f) {
    const Fault fault = static_cast<Fault>(f);
    std::size_t points = 0;
    std::string row;
    for (std::size_t i = 0; i < kEndNames.size(); ++i) {
      const End end = static_cast<End>(i);
      points += findings.count(fault, end);
      if (findings.count(end) == 0) continue;
      row += fmt::format("{:>{}}", findings.count(fault, end), width(end));
    }
    text += fmt::format("{:<26}{:>8}{}\n", kFaultNames[f], points, row);
  }
}

void add_causes(const Findings& findings, std::string& text) {
  std::size_t number = 0;
  for (const Cause& cause : findings.causes()) {
    text += fmt::format("{} {}  {}  at {}  [{}]\n", ++number, in_capitals(name_of(cause.end)),
                        points_text(cause.points), cause.where, cause.id);
    text += fmt::format("    {}\n    -> {}", cause.first, cause.verdict.detail);
    if (!cause.verdict.exception.empty()) text += ": " + cause.verdict.exception;
    if (!cause.verdict.place.empty()) text += ", " + cause.verdict.place;
    text += fmt::format("\n    mend: {}\n", cause.advice);
  }
}

void add_what_is_open(const Findings& findings, const Progress& progress, std::string& text) {
  for (const auto& [why, count] : findings.unknown()) {
    text += fmt::format("unknown: {}: {}\n", points_text(count), why);
  }
  const std::size_t open = progress.points - progress.tried;
  if (open > 0) {
    text += fmt::format("not tried: {}, {}\n", points_text(open), progress.stopped);
    text += progress.every_family() ? "partial, every class hit\n" : "partial: not a pass\n";
  }
  if (progress.of_known_families > 0) {
    text += fmt::format("not tried: {} more disks after a power cut, of classes that have points\n",
                        progress.of_known_families);
  }
  if (progress.never_looked_at > 0) {
    text += fmt::format("not looked at: {} more disks after a power cut: not a pass\n",
                        progress.never_looked_at);
  }
}

}  // namespace

std::string table_text(const Findings& findings, const Progress& progress) {
  std::string text;
  add_rows(findings, text);
  const std::size_t causes = findings.causes().size();
  if (causes > 0) text += fmt::format("FAILED: {} {}\n", causes, causes == 1 ? "cause" : "causes");
  add_causes(findings, text);
  add_what_is_open(findings, progress, text);
  return text;
}

std::string results_json(const WreckOptions& options, const Findings& findings,
                         const Progress& progress, int exit_code) {
  nlohmann::ordered_json json;
  json["command"] = options.command;
  json["exit_code"] = exit_code;
  json["points"] = {{"all", progress.points},
                    {"tried", progress.tried},
                    {"classes", progress.families},
                    {"classes_tried", progress.families_tried},
                    {"disks_of_known_classes", progress.of_known_families},
                    {"disks_never_looked_at", progress.never_looked_at},
                    {"stopped", progress.stopped}};
  for (std::size_t f = 0; f < kFaultNames.size(); ++f) {
    nlohmann::ordered_json& row = json["faults"][std::string(kFaultNames[f])];
    for (std::size_t i = 0; i < kEndNames.size(); ++i) {
      row[std::string(kEndNames[i])] = findings.count(static_cast<Fault>(f), static_cast<End>(i));
    }
  }
  json["causes"] = nlohmann::ordered_json::array();
  for (const Cause& cause : findings.causes()) {
    json["causes"].push_back({{"id", cause.id},
                              {"class", name_of(cause.end)},
                              {"where", cause.where},
                              {"points", cause.points},
                              {"first", cause.first},
                              {"detail", cause.verdict.detail},
                              {"exception", cause.verdict.exception},
                              {"place", cause.verdict.place},
                              {"advice", cause.advice}});
  }
  json["unknown"] = findings.unknown();
  // Paths and messages of a program are bytes, not always UTF-8.
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace trainwreck::campaign
