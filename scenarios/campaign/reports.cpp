#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "engine/base/errors.h"
#include "faults/recording/disk_tree.h"
#include "scenarios/campaign/table.h"

namespace trainwreck::campaign {
namespace {

std::string xml_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '<') escaped += "&lt;";
    if (c == '>') escaped += "&gt;";
    if (c == '&') escaped += "&amp;";
    if (c == '"') escaped += "&quot;";
    if (c == '\n') escaped += "&#10;";
    if (code < 32 && c != '\n') escaped += '?';
    if (code >= 32 && c != '<' && c != '>' && c != '&' && c != '"') escaped += c;
  }
  return escaped;
}

// What a workflow command may hold.
std::string workflow_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%') escaped += "%25";
    if (c == '\r') escaped += "%0D";
    if (c == '\n') escaped += "%0A";
    if (c != '%' && c != '\r' && c != '\n') escaped += c;
  }
  return escaped;
}

std::string in_words(const Cause& cause) {
  std::string text = fmt::format("{} -> {}", cause.first.what, cause.verdict.detail);
  if (!cause.verdict.exception.empty()) text += ": " + cause.verdict.exception;
  if (!cause.verdict.place.empty()) text += ", " + cause.verdict.place;
  return text;
}

std::string shell_word(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string replay_script(const WreckOptions& options, const Cause& cause) {
  std::string text =
      "#!/bin/sh\n# Tries this point again: exit code 1 as long as it fails, 0 once it is "
      "mended.\n";
  text += fmt::format("# {}\n", workflow_text(in_words(cause)));
  text += fmt::format("cd {} || exit 2\n", shell_word(std::filesystem::current_path().string()));
  text += "exec \"${TRAINWRECK:-trainwreck}\" wreck";
  if (!cause.first.id.empty()) text += " --point " + cause.first.id;
  if (!options.folder.empty()) text += " --dir " + shell_word(options.folder);
  if (options.rtol > 0) text += fmt::format(" --rtol {}", options.rtol);
  if (!options.until.empty()) text += " --until " + shell_word(options.until);
  if (options.saves > 0) text += fmt::format(" --saves {}", options.saves);
  for (const std::string& ignore : options.ignore) text += " --ignore " + shell_word(ignore);
  text += " --";
  for (const std::string& word : options.command) text += " " + shell_word(word);
  return text + "\n";
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw IoError("write", path, errno);
}

void save_finding(const std::string& folder, const WreckOptions& options, const Cause& cause,
                  const std::vector<Point>& points) {
  namespace fs = std::filesystem;
  fs::create_directories(folder);
  write_text(folder + "/run.sh", replay_script(options, cause));
  fs::permissions(folder + "/run.sh", fs::perms::owner_exec, fs::perm_options::add);
  write_text(folder + "/finding.txt",
             fmt::format("{}\n{}\nmend: {}\n", name_of(cause.end), in_words(cause), cause.advice));
  const auto point = std::find_if(points.begin(), points.end(), [&](const Point& one) {
    return one.id == cause.first.id && leaves_a_disk(one.fault);
  });
  if (point == points.end()) return;
  put_on_disk(point->tree, root_of(point->tree), *point->spool, folder + "/left");
}

// Of a script, as the command names it: a traceback has its name alone.
std::string path_of(const std::string& file, const std::vector<std::string>& command) {
  for (const std::string& word : command) {
    if (word != file && !word.ends_with("/" + file)) continue;
    const std::filesystem::path path = std::filesystem::path(word).lexically_proximate(
        std::filesystem::path(word).is_absolute() ? std::filesystem::current_path() : "");
    return path.string();
  }
  return file;
}

}  // namespace

std::string junit_text(const Findings& findings, const Progress& progress) {
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  for (const Cause& cause : findings.causes()) {
    ++tests;
    failures += cause.known ? 0U : 1U;
    const std::string text = xml_text(in_words(cause) + "\nmend: " + cause.advice);
    cases += fmt::format("  <testcase classname=\"wreck\" name=\"{} {}\">", name_of(cause.end),
                         cause.id);
    cases += cause.known ? "<skipped message=\"known\"/>"
                         : fmt::format("<failure message=\"{}\">{}</failure>",
                                       xml_text(in_words(cause)), text);
    cases += "</testcase>\n";
  }
  for (std::size_t f = 0; f < kFaultNames.size(); ++f) {
    const auto fault = static_cast<Fault>(f);
    std::size_t tried = 0;
    for (std::size_t e = 0; e < kEndNames.size(); ++e) {
      tried += findings.count(fault, static_cast<End>(e));
    }
    ++tests;
    cases += fmt::format("  <testcase classname=\"wreck\" name=\"{}: {} points\">",
                         xml_text(std::string(name_of(fault))), tried);
    const auto why = progress.not_tried.find(fault);
    const std::string reason = why != progress.not_tried.end() ? why->second : "not tried";
    if (tried == 0) cases += fmt::format("<skipped message=\"{}\"/>", xml_text(reason));
    cases += "</testcase>\n";
  }
  const bool partial = !progress.every_family() || !findings.unknown().empty();
  if (partial) {
    ++tests;
    ++failures;
    cases +=
        "  <testcase classname=\"wreck\" name=\"every class was tried\"><failure "
        "message=\"partial: "
        "not a pass\"/></testcase>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"wreck\" tests=\"{}\" "
      "failures=\"{}\">\n{}</testsuite>\n",
      tests, failures, cases);
}

std::string github_text(const Findings& findings, const std::vector<std::string>& command) {
  std::string text;
  for (const auto* list : {&findings.causes(), &findings.told()}) {
    for (const Cause& cause : *list) {
      const bool red = fails(cause.end) && !cause.known;
      const std::string& place = cause.verdict.place;
      const std::size_t colon = place.rfind(':');
      std::string where;
      if (colon != std::string::npos) {
        where = fmt::format(" file={},line={}", path_of(place.substr(0, colon), command),
                            place.substr(colon + 1));
      }
      text += fmt::format("::{}{}{}title={} [{}]::{}\n", red ? "error" : "warning",
                          where.empty() ? " " : where, where.empty() ? "" : ",", name_of(cause.end),
                          cause.id, workflow_text(in_words(cause) + "\nmend: " + cause.advice));
    }
  }
  return text;
}

void save_findings(const WreckOptions& options, const Findings& findings,
                   const std::vector<Point>& points) {
  for (const Cause& cause : findings.causes()) {
    save_finding(options.save + "/" + cause.id, options, cause, points);
  }
}

}  // namespace trainwreck::campaign
