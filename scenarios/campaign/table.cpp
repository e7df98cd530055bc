#include "scenarios/campaign/table.h"

#include <fmt/format.h>

#include <cctype>
#include <map>

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
  text += fmt::format("{:<20}{:>8}", "fault", "points");
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
    if (points > 0) text += fmt::format("{:<20}{:>8}{}\n", kFaultNames[f], points, row);
  }
}

std::string points_of_faults(const Cause& cause) {
  std::string text = cause.control ? "a control" : "";
  for (const auto& [fault, count] : cause.points) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(fault), count);
  }
  return text;
}

void add_lines(std::string_view lines, std::string& text) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    text += fmt::format("        {}\n", lines.substr(0, end));
    lines = end == std::string_view::npos ? "" : lines.substr(end + 1);
  }
}

std::string wrapped(std::string_view text, std::string_view indent) {
  constexpr std::size_t kWidth = 96;
  std::string all;
  while (text.size() > kWidth) {
    const std::size_t space = text.rfind(' ', kWidth);
    if (space == std::string_view::npos) break;
    all += fmt::format("{}\n{}", text.substr(0, space), indent);
    text.remove_prefix(space + 1);
  }
  return all.append(text);
}

// Advice is given once.
using Advised = std::map<std::string, std::size_t>;

void add_cause(const Cause& cause, std::size_t number, Advised& advised, std::string& text) {
  text += fmt::format("{} {}  {} ({}){}  [{}]\n", number, in_capitals(name_of(cause.end)),
                      points_text(cause.count()), points_of_faults(cause),
                      cause.known ? "  known" : "", cause.id);
  text += fmt::format("    {}\n    -> {}", cause.first.what, cause.verdict.detail);
  if (!cause.verdict.exception.empty()) text += ": " + cause.verdict.exception;
  if (!cause.verdict.place.empty()) text += ", " + cause.verdict.place;
  const auto [given, fresh] = advised.emplace(cause.advice, number);
  if (!fresh) {
    text += fmt::format("\n    mend: as for {}\n", given->second);
    return;
  }
  const std::size_t line = cause.advice.find('\n');
  text += fmt::format("\n    mend: {}\n", wrapped(cause.advice.substr(0, line), "    "));
  if (line != std::string::npos) {
    add_lines(std::string_view(cause.advice).substr(line + 1), text);
  }
}

void add_what_is_open(const Findings& findings, const Progress& progress, std::string& text) {
  for (const auto& [why, count] : findings.unknown()) {
    text += fmt::format("unknown: {}: {}\n", points_text(count), why);
  }
  for (const auto& [fault, why] : progress.not_tried) {
    text += fmt::format("not tried: {}: {}\n", name_of(fault), why);
  }
  if (progress.agreed > 0) {
    text += fmt::format(
        "not tried: {} of classes that were tried three times, or more where these disagreed "
        "(--thorough)\n",
        points_text(progress.agreed));
  }
  const std::size_t open = progress.points - progress.tried - progress.agreed;
  if (open > 0) text += fmt::format("not tried: {}, {}\n", points_text(open), progress.stopped);
  if (progress.of_known_families > 0) {
    text += fmt::format("not tried: {} more disks after a power cut, of classes that have points\n",
                        progress.of_known_families);
  }
  if (progress.never_looked_at > 0) {
    text += fmt::format("not looked at: {} more disks after a power cut: not a pass\n",
                        progress.never_looked_at);
  }
  for (const std::string& shard : progress.missing_shards) {
    text += fmt::format("missing: shard {}\n", shard);
  }
  if (open > 0 || !progress.missing_shards.empty()) {
    text += progress.every_family() ? "partial, every class hit\n" : "partial: not a pass\n";
  }
}

}  // namespace

std::string table_text(const Findings& findings, const Progress& progress) {
  std::string text;
  add_rows(findings, text);
  const std::size_t causes = findings.causes().size();
  if (causes > 0) {
    text += fmt::format("{}: {} {}\n", findings.fails() ? "FAILED" : "known", causes,
                        causes == 1 ? "cause" : "causes");
  }
  std::size_t number = 0;
  Advised advised;
  for (const Cause& cause : findings.causes()) add_cause(cause, ++number, advised, text);
  if (!findings.told().empty()) text += "no failure, but to be known:\n";
  for (const Cause& cause : findings.told()) add_cause(cause, ++number, advised, text);
  for (const std::string& id : findings.vanished()) {
    text += fmt::format("vanished: the known cause {} did not come up\n", id);
  }
  add_what_is_open(findings, progress, text);
  return text;
}

}  // namespace trainwreck::campaign
