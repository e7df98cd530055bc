#include "scenarios/bench/bench_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNameWidth = 30;

// The first column: a name that is too long for it has a line to itself.
std::string column(const std::string& name) {
  if (name.size() <= kNameWidth) return fmt::format("{:<{}}", name, kNameWidth);
  return name + "\n" + std::string(kNameWidth, ' ');
}

// "csv_logger on_epoch_end", "... put off in on_epoch_end", "the loop itself".
std::string label_of(const BenchLine& line) {
  if (line.spent == "hook") return line.callback + " " + line.hook;
  if (line.spent == "deferred") return line.callback + " after " + line.hook;
  if (line.spent == "background") {
    return line.callback.empty() ? "tasks of the loop" : line.callback + " beside " + line.hook;
  }
  return line.spent == "loop" ? "the loop itself" : line.spent;
}

std::string row(const std::string& label, std::int64_t calls, std::int64_t ns,
                const std::string& share, const BenchLine* line) {
  std::string text = fmt::format("{} {:>7} {:>9} {:>7}", column(label),
                                 calls > 0 ? fmt::format("{}", calls) : "", time_text(ns), share);
  if (line != nullptr && line->calls > 0) {
    text += fmt::format(" {:>7} {:>7} {:>7}", time_text(line->p50_ns), time_text(line->p99_ns),
                        time_text(line->max_ns));
  }
  return text + "\n";
}

std::string percent(std::int64_t hundredths) {
  return fmt::format("{}{}.{:02}", hundredths < 0 ? "-" : "", std::abs(hundredths) / 100,
                     std::abs(hundredths) % 100);
}

std::string in_epochs_text(const BenchAccount& account) {
  std::vector<const BenchLine*> lines;
  std::vector<std::int64_t> parts;
  for (const BenchLine& line : account.lines) {
    if (line.in_epochs_ns == 0) continue;
    lines.push_back(&line);
    parts.push_back(line.in_epochs_ns);
  }
  parts.push_back(account.unaccounted_ns);
  const std::vector<std::int64_t> shares = shares_of(parts);
  std::string text = fmt::format("{:<{}} {:>7} {:>9} {:>7} {:>7} {:>7} {:>7}\n", "in the epochs",
                                 kNameWidth, "times", "all", "%", "p50", "p99", "max");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += row(label_of(*lines[i]), lines[i]->calls, lines[i]->in_epochs_ns, percent(shares[i]),
                lines[i]);
  }
  text +=
      row("unaccounted: the measuring", 0, account.unaccounted_ns, percent(shares.back()), nullptr);
  const std::int64_t sum = std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
  return text +
         row(fmt::format("{} epochs", account.epochs), 0, account.epochs_ns, percent(sum), nullptr);
}

std::string outside_text(const BenchAccount& account) {
  std::string text;
  for (const BenchLine& line : account.lines) {
    if (line.outside_ns == 0 || line.spent == "loop") continue;
    text += row(label_of(line), line.calls, line.outside_ns, "", &line);
  }
  return text.empty() ? text : "\noutside the epochs, or beside the loop\n" + text;
}

std::string costs_text(const BenchAccount& account) {
  std::map<std::string, BenchLine> callbacks;
  for (const BenchLine& line : account.lines) {
    const std::string& who = line.callback.empty() ? label_of(line) : line.callback;
    BenchLine& sum = callbacks[who];
    sum.file_operations += line.file_operations;
    sum.syncs += line.syncs;
    sum.bytes += line.bytes;
    sum.allocations += line.allocations;
  }
  std::string text = fmt::format("\n{:<{}} {:>9} {:>9} {:>13} {:>12}\n", "of all runs", kNameWidth,
                                 "file ops", "syncs", "bytes", "allocations");
  for (const auto& [who, sum] : callbacks) {
    text += fmt::format("{} {:>9} {:>9} {:>13} {:>12}\n", column(who), sum.file_operations,
                        sum.syncs, sum.bytes, sum.allocations);
  }
  return text;
}

std::string advice(const BenchAccount& account) {
  std::map<std::string, std::int64_t> times;
  for (const BenchLine& line : account.lines) {
    if (!line.callback.empty() && line.in_epochs_ns > 0) times[line.callback] += line.in_epochs_ns;
  }
  if (times.empty()) return "\nNo callback listens to anything in the epochs.\n";
  const auto worst = std::max_element(
      times.begin(), times.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  const double all = static_cast<double>(std::max<std::int64_t>(account.epochs_ns, 1));
  return fmt::format("\nMost of the callbacks' time is {}'s: {:.1f} % of the epochs.\n",
                     worst->first, 100.0 * static_cast<double>(worst->second) / all);
}

Json json_of_line(const BenchLine& line) {
  return {{"spent", line.spent},
          {"callback", line.callback},
          {"hook", line.hook},
          {"calls", line.calls},
          {"in_epochs_ns", line.in_epochs_ns},
          {"outside_ns", line.outside_ns},
          {"p50_ns", line.p50_ns},
          {"p99_ns", line.p99_ns},
          {"max_ns", line.max_ns},
          {"file_operations", line.file_operations},
          {"syncs", line.syncs},
          {"bytes", line.bytes},
          {"allocations", line.allocations}};
}

BenchLine line_in(const Json& json) {
  return {.spent = json.at("spent"),
          .callback = json.at("callback"),
          .hook = json.at("hook"),
          .calls = json.at("calls"),
          .in_epochs_ns = json.at("in_epochs_ns"),
          .outside_ns = json.at("outside_ns"),
          .p50_ns = json.at("p50_ns"),
          .p99_ns = json.at("p99_ns"),
          .max_ns = json.at("max_ns"),
          .file_operations = json.at("file_operations"),
          .syncs = json.at("syncs"),
          .bytes = json.at("bytes"),
          .allocations = json.at("allocations")};
}

// What a line takes of one epoch.
std::map<std::string, std::int64_t> per_epoch(const BenchAccount& account) {
  const std::int64_t epochs = std::max<std::int64_t>(account.epochs, 1);
  std::map<std::string, std::int64_t> times;
  for (const BenchLine& line : account.lines) {
    if (line.in_epochs_ns > 0) times[label_of(line)] = line.in_epochs_ns / epochs;
  }
  times["unaccounted: the measuring"] = account.unaccounted_ns / epochs;
  return times;
}

std::string change_row(const std::string& label, std::optional<std::int64_t> before,
                       std::optional<std::int64_t> now) {
  const auto text = [](std::optional<std::int64_t> ns) { return ns ? time_text(*ns) : "-"; };
  std::string change = before ? "gone" : "new";
  if (before && now && *before > 0) {
    const double ratio = static_cast<double>(*now) / static_cast<double>(*before);
    change = fmt::format("{:+.1f} %", 100.0 * (ratio - 1.0));
  } else if (before && now) {
    change = "";
  }
  return fmt::format("{} {:>10} {:>10} {:>10}\n", column(label), text(before), text(now), change);
}

}  // namespace

std::string time_text(std::int64_t ns) {
  const double time = static_cast<double>(ns);
  if (std::abs(ns) < 1000) return fmt::format("{} ns", ns);
  if (std::abs(ns) < 1'000'000) return fmt::format("{:.3g} us", time / 1e3);
  if (std::abs(ns) < 1'000'000'000) return fmt::format("{:.3g} ms", time / 1e6);
  return fmt::format("{:.2f} s", time / 1e9);
}

std::string left_out_text(const std::vector<std::string>& left_out) {
  std::string text;
  for (const std::string& one : left_out) text += "left out: " + one + "\n";
  return text;
}

// By largest remainders. Parts below zero (nothing of ours is) would count as they are.
std::vector<std::int64_t> shares_of(const std::vector<std::int64_t>& parts) {
  constexpr std::int64_t kWhole = 10'000;
  const std::int64_t sum = std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
  std::vector<std::int64_t> shares(parts.size(), 0);
  if (sum <= 0) return shares;
  std::vector<std::pair<double, std::size_t>> remainders;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double exact = static_cast<double>(parts[i]) / static_cast<double>(sum) * kWhole;
    shares[i] = static_cast<std::int64_t>(exact);
    given += shares[i];
    remainders.emplace_back(exact - static_cast<double>(shares[i]), i);
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; given < kWhole && i < remainders.size(); ++i, ++given) {
    ++shares[remainders[i].second];
  }
  return shares;
}

std::string account_text(const BenchAccount& account) {
  return fmt::format("{}, {} runs\n", account.title, account.runs) +
         left_out_text(account.left_out) + "\n" + in_epochs_text(account) + outside_text(account) +
         costs_text(account) + advice(account) + "\n";
}

std::string accounts_json(const std::vector<BenchAccount>& accounts) {
  Json json = {{"trainwreck_bench", 1}, {"accounts", Json::array()}};
  for (const BenchAccount& account : accounts) {
    Json one = {{"title", account.title},
                {"runs", account.runs},
                {"epochs", account.epochs},
                {"epochs_ns", account.epochs_ns},
                {"unaccounted_ns", account.unaccounted_ns},
                {"left_out", account.left_out},
                {"lines", Json::array()}};
    for (const BenchLine& line : account.lines) one["lines"].push_back(json_of_line(line));
    json["accounts"].push_back(std::move(one));
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<BenchAccount> accounts_from(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    std::vector<BenchAccount> accounts;
    if (json.at("trainwreck_bench") != 1) throw ValueError("it is of another version");
    for (const Json& one : json.at("accounts")) {
      accounts.push_back({.title = one.at("title"),
                          .runs = one.at("runs"),
                          .epochs = one.at("epochs"),
                          .epochs_ns = one.at("epochs_ns"),
                          .unaccounted_ns = one.at("unaccounted_ns"),
                          .left_out = one.at("left_out").get<std::vector<std::string>>()});
      for (const Json& line : one.at("lines")) accounts.back().lines.push_back(line_in(line));
    }
    return accounts;
  } catch (const Json::exception&) {
    throw ValueError("it is not what `bench callbacks --json` writes");
  }
}

std::string against_text(const BenchAccount& before, const BenchAccount& now) {
  const std::map<std::string, std::int64_t> then = per_epoch(before);
  const std::map<std::string, std::int64_t> here = per_epoch(now);
  std::string text =
      fmt::format("{:<{}} {:>10} {:>10} {:>10}\n", "of one epoch", kNameWidth, "then", "now", "");
  for (const auto& [label, ns] : here) {
    const auto old = then.find(label);
    text += change_row(label, old == then.end() ? std::nullopt : std::optional(old->second), ns);
  }
  for (const auto& [label, ns] : then) {
    if (here.find(label) == here.end()) text += change_row(label, ns, std::nullopt);
  }
  return text +
         change_row("all of it", before.epochs_ns / std::max<std::int64_t>(before.epochs, 1),
                    now.epochs_ns / std::max<std::int64_t>(now.epochs, 1)) +
         "\n";
}

std::string comparison_text(BenchComparison comparison) {
  std::vector<std::int64_t> costs;
  for (std::size_t i = 0; i < comparison.with_ns.size(); ++i) {
    costs.push_back(comparison.with_ns[i] - comparison.without_ns[i]);
  }
  const auto figures = [](std::vector<std::int64_t>& values) {
    return fmt::format("{:>9} {:>9} {:>9} {:>9} {:>9}", time_text(nearest_rank(values, 0.5)),
                       time_text(nearest_rank(values, 0.25)), time_text(nearest_rank(values, 0.75)),
                       time_text(nearest_rank(values, 0.0)), time_text(nearest_rank(values, 1.0)));
  };
  std::string text =
      fmt::format("{}, {} pairs of runs by turns\n\n", comparison.title, costs.size());
  text += fmt::format("{:<{}} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "the epochs of a run", kNameWidth,
                      "median", "25 %", "75 %", "least", "most");
  text += fmt::format("{:<{}} {}\n", "with all callbacks", kNameWidth, figures(comparison.with_ns));
  text += fmt::format("{} {}\n", column("without " + comparison.without),
                      figures(comparison.without_ns));
  text += fmt::format("{:<{}} {}\n\n", "the difference", kNameWidth, figures(costs));
  const std::int64_t low = nearest_rank(costs, 0.25);
  const std::int64_t high = nearest_rank(costs, 0.75);
  if (low <= 0 && high >= 0) {
    return text + fmt::format("What {} costs is less than the runs differ by themselves.\n\n",
                              comparison.without);
  }
  const std::int64_t whole = std::max<std::int64_t>(nearest_rank(comparison.with_ns, 0.5), 1);
  return text +
         fmt::format(
             "{} costs {} of a run, {:.1f} % of its epochs;\nin the middle half of the "
             "pairs it is {} to {}.\n\n",
             comparison.without, time_text(nearest_rank(costs, 0.5)),
             100.0 * static_cast<double>(nearest_rank(costs, 0.5)) / static_cast<double>(whole),
             time_text(low), time_text(high));
}

}  // namespace trainwreck
