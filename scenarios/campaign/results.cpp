#include "scenarios/campaign/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/points/protocol.h"

namespace trainwreck::campaign {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostText = 2000;

// Paths and messages of a program are bytes, not always UTF-8, and of any length.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string clipped(const std::string& text) {
  return text.size() <= kMostText ? text : text.substr(0, kMostText) + "...";
}

template <std::size_t N>
std::size_t index_of(const std::array<std::string_view, N>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw UsageError("results speak of \"" + name + "\"");
  return static_cast<std::size_t>(found - names.begin());
}

void add_verdict(Json& json, const Verdict& verdict) {
  json["class"] = name_of(verdict.end);
  json["detail"] = clipped(verdict.detail);
  json["exception"] = clipped(verdict.exception);
  json["place"] = verdict.place;
  if (verdict.by_resume) json["by_resume"] = true;
}

Verdict verdict_in(const Json& json) {
  return {.end = static_cast<End>(index_of(kEndNames, json.at("class"))),
          .detail = json.at("detail"),
          .exception = json.at("exception"),
          .place = json.at("place"),
          .by_resume = json.value("by_resume", false)};
}

void read_event(const Json& json, ReadResults& results) {
  const std::string event = json.at("event");
  if (event == "start") {
    results.command = json.at("command").get<std::vector<std::string>>();
    results.setting = {.protocol = static_cast<Protocol>(json.at("protocol").get<int>()),
                       .format = json.at("format"),
                       .python = json.at("python")};
  } else if (event == "control") {
    results.controls.push_back({json.at("where"), json.at("what"), verdict_in(json)});
  } else if (event == "plan") {
    results.shard = json.at("shard").at(0);
    results.shards = json.at("shard").at(1);
    results.all = json.at("all");
    results.ids = json.at("ids").get<std::vector<std::string>>();
    results.progress.points = results.ids.size();
    results.progress.families = json.at("classes");
    results.progress.of_known_families = json.at("disks_of_known_classes");
    results.progress.never_looked_at = json.at("disks_never_looked_at");
    for (const auto& [fault, why] : json.at("not_tried").items()) {
      results.progress.not_tried[static_cast<Fault>(index_of(kFaultNames, fault))] = why;
    }
  } else if (event == "point") {
    PointName point;
    point.id = json.at("id");
    point.order = json.at("order");
    point.fault = static_cast<Fault>(index_of(kFaultNames, json.at("fault")));
    point.what = json.at("what");
    point.where = json.at("where");
    point.group = json.at("group");
    point.family = json.at("family");
    results.points.push_back({point, verdict_in(json)});
  } else if (event == "summary") {
    results.ended = true;
    results.exit_code = json.at("exit_code");
    results.progress.stopped = json.at("stopped");
    results.progress.agreed = json.at("agreed");
  }
}

}  // namespace

Results::Results(std::string path) : path_(std::move(path)) {
  if (path_.empty()) return;
  out_.open(path_, std::ios::binary | std::ios::trunc);
  if (!out_) throw IoError("write", path_, errno);
}

void Results::write(const std::string& line) {
  if (path_.empty()) return;
  out_ << line << "\n";
  if (!out_.flush()) throw IoError("write", path_, errno);
}

void Results::start(const WreckOptions& options, const Setting& setting) {
  write(line_of({{"event", "start"},
                 {"version", 1},
                 {"command", options.command},
                 {"protocol", static_cast<int>(setting.protocol)},
                 {"protocol_name", name_of(setting.protocol)},
                 {"format", setting.format},
                 {"python", setting.python}}));
}

void Results::control(const std::string& where, const std::string& what, const Verdict& verdict) {
  Json json{{"event", "control"}, {"where", where}, {"what", what}};
  add_verdict(json, verdict);
  write(line_of(json));
}

void Results::plan(const Progress& progress, const std::vector<std::string>& ids, std::size_t all,
                   const WreckOptions& options) {
  Json not_tried = Json::object();
  for (const auto& [fault, why] : progress.not_tried) not_tried[std::string(name_of(fault))] = why;
  write(line_of({{"event", "plan"},
                 {"shard", {options.shard, options.shards}},
                 {"all", all},
                 {"classes", progress.families},
                 {"disks_of_known_classes", progress.of_known_families},
                 {"disks_never_looked_at", progress.never_looked_at},
                 {"not_tried", not_tried},
                 {"ids", ids}}));
}

void Results::point(const PointName& point, const Verdict& verdict) {
  Json json{{"event", "point"},
            {"id", point.id},
            {"order", point.order},
            {"fault", name_of(point.fault)},
            {"what", clipped(point.what)},
            {"where", point.where},
            {"group", point.group},
            {"family", point.family}};
  add_verdict(json, verdict);
  write(line_of(json));
}

void Results::summary(const Findings& findings, const Progress& progress, int exit_code) {
  Json causes = Json::array();
  for (const auto* list : {&findings.causes(), &findings.told()}) {
    for (const Cause& cause : *list) {
      Json points = Json::object();
      for (const auto& [fault, count] : cause.points) points[std::string(name_of(fault))] = count;
      causes.push_back({{"id", cause.id},
                        {"class", name_of(cause.end)},
                        {"fails", fails(cause.end)},
                        {"known", cause.known},
                        {"count", cause.count()},
                        {"points", points},
                        {"first", clipped(cause.first.what)},
                        {"first_id", cause.first.id},
                        {"detail", clipped(cause.verdict.detail)},
                        {"exception", clipped(cause.verdict.exception)},
                        {"place", cause.verdict.place},
                        {"advice", cause.advice}});
    }
  }
  write(line_of({{"event", "summary"},
                 {"exit_code", exit_code},
                 {"tried", progress.tried},
                 {"points", progress.points},
                 {"agreed", progress.agreed},
                 {"classes_tried", progress.families_tried},
                 {"stopped", progress.stopped},
                 {"causes", causes},
                 {"vanished", findings.vanished()},
                 {"unknown", findings.unknown()}}));
}

ReadResults read_results(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw UsageError("cannot read " + path);
  ReadResults results;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const bool torn = in.eof();  // without its newline
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded() && torn) break;
    try {
      if (json.is_discarded()) throw UsageError("no JSON");
      read_event(json, results);
    } catch (const std::exception& error) {
      throw UsageError(fmt::format("{}:{}: no result of trainwreck wreck --json: {}", path, number,
                                   error.what()));
    }
  }
  if (results.command.empty()) {
    throw UsageError(path + ": no result of trainwreck wreck --json: it has no start");
  }
  return results;
}

std::string verdict_json(const std::vector<Verdict>& verdicts,
                         const std::vector<std::string>& left_out) {
  Json json{{"verdicts", Json::array()}, {"left_out", left_out}};
  for (const Verdict& verdict : verdicts) {
    Json one;
    add_verdict(one, verdict);
    json["verdicts"].push_back(one);
  }
  return line_of(json);
}

void read_verdict_json(const std::string& text, std::vector<Verdict>& verdicts,
                       std::vector<std::string>& left_out) {
  const Json json = Json::parse(text);
  for (const Json& one : json.at("verdicts")) verdicts.push_back(verdict_in(one));
  left_out = json.at("left_out").get<std::vector<std::string>>();
}

int exit_code_of(const Findings& findings, const Progress& progress) {
  if (findings.fails()) return kFoundCauses;
  const bool open = !findings.unknown().empty() || !progress.every_family();
  return open || progress.stopped == "interrupted" ? kNotKnown : kNothingFound;
}

}  // namespace trainwreck::campaign
