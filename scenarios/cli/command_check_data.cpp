#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "engine/seams/executor.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/data_check.h"
#include "scenarios/process/called_as.h"
#include "scenarios/process/watched_process.h"
#include "scenarios/suite/report.h"

namespace trainwreck {
namespace {

using Steady = std::chrono::steady_clock;

std::string cause_of(const WatchedEnd& end) {
  if (end.signal != 0) return strsignal(end.signal);
  return fmt::format("an exit with code {}", end.exit_code);
}

class Command {
 public:
  Command(const CheckDataCommand& command, const Vocabulary& vocabulary)
      : command_(command), vocabulary_(vocabulary), seams_(world_.seams()) {}

  int run() {
    if (!read()) return kUsageError;
    if (!command_.explain.empty()) return explain();
    const WatchedEnd end = in_watched_process(
        [this](const AboutToRun& about_to_run) { return check(about_to_run); }, command_.timeout_s);
    if (end.finished) return end.exit_code;
    return report(shrink_deadly(end));
  }

 private:
  bool read();
  bool read_file(const std::string& path);
  bool read_plan();
  int explain() const;
  int check(const AboutToRun& about_to_run);
  int check_one(const AboutToRun& about_to_run);
  ScriptFinding shrink_deadly(const WatchedEnd& end);
  int report(const ScriptFinding& found) const;
  void print_kept(const CheckReport& report, double seconds) const;
  std::string replay_line(const SourceScript& script) const;
  bool complain();

  const CheckDataCommand& command_;
  const Vocabulary& vocabulary_;
  RealWorld world_;
  Seams seams_;
  SourceUnderCheck subject_;
  CheckPlan plan_;
  std::optional<SourceScript> script_;  // the only one to run
  Diagnostics mistakes_;
};

bool Command::complain() {
  for (const Diagnostic& mistake : mistakes_) {
    fmt::print(stderr, "check-data: {}\n",
               mistake.pointer.empty() ? mistake.message : mistake.pointer + " " + mistake.message);
  }
  return mistakes_.empty();
}

bool Command::read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    fmt::print(stderr, "{}: cannot be read\n", path);
    return false;
  }
  std::ostringstream bytes;
  bytes << in.rdbuf();
  Diagnostics mistakes;
  ScriptFile file = read_script_file(bytes.str(), path, vocabulary_, mistakes);
  for (const Diagnostic& mistake : mistakes) {
    fmt::print(stderr, "{}\n", mistake_text(path, mistake));
  }
  script_ = std::move(file.check.script);
  plan_.options.without.add(file.check.without);
  subject_.json = std::move(file.data);
  return mistakes.empty();
}

bool Command::read_plan() {
  plan_.scripts = command_.scripts;
  plan_.steps = command_.steps;
  plan_.seed = command_.seed;
  plan_.options.seed = command_.seed;
  plan_.options.longest = command_.batches;
  plan_.options.budget = 4 * command_.batches;
  plan_.options.endless = command_.endless;
  for (const std::string& name : command_.without) {
    if (const std::optional<Rule> rule = rule_called(name)) {
      plan_.options.without.add(*rule);
    } else {
      mistakes_.push_back(
          {"--without", fmt::format("\"{}\" is no rule: {}", name, fmt::join(rule_names(), ", "))});
    }
  }
  if (command_.script.empty()) return true;
  std::vector<std::string> complaints;
  script_ = read_script(command_.script, complaints);
  for (std::string& complaint : complaints) mistakes_.push_back({"--script", complaint});
  return true;
}

bool Command::read() {
  const std::string& path = command_.explain.empty() ? command_.replay : command_.explain;
  if (!path.empty() && !read_file(path)) return false;
  read_plan();
  if (!command_.kind.empty()) {
    subject_.json = subject_json(command_.kind, command_.params, mistakes_);
  }
  if (subject_.json.empty() && command_.explain.empty()) {
    mistakes_.push_back({"", "which data source? `" + called_as() + " list data` names them"});
  }
  if (!subject_.json.empty() && mistakes_.empty()) {
    subject_ = read_subject(subject_.json, vocabulary_, seams_, mistakes_);
  }
  return complain();
}

int Command::explain() const {
  std::size_t number = 0;
  for (const ScriptStep& step : *script_) fmt::print("{:3}. {}\n", ++number, sentence_of(step));
  fmt::print("As words: {}\n", text_of(*script_));
  return kAllHeld;
}

int Command::check(const AboutToRun& about_to_run) {
  const auto executor = thread_executor();
  plan_.options.executor = executor.get();
  if (script_) return check_one(about_to_run);
  const Steady::time_point start = Steady::now();
  const CheckReport checked = check_data(subject_.make, plan_, about_to_run);
  if (checked.finding) return report(*checked.finding);
  print_kept(checked, std::chrono::duration<double>(Steady::now() - start).count());
  return kAllHeld;
}

// A given script is not shrunk: it is shown as it is.
int Command::check_one(const AboutToRun& about_to_run) {
  about_to_run(*script_);
  ScriptResult result = run_script(subject_.make, *script_, plan_.options);
  if (result.finding) {
    return report({.script = *script_,
                   .steps = script_->size(),
                   .finding = std::move(*result.finding),
                   .story = std::move(result.story)});
  }
  std::size_t number = 0;
  for (const std::string& line : result.story) fmt::print("{:3}. {}\n", ++number, line);
  fmt::print("Nothing is broken.\n");
  return kAllHeld;
}

// A crash or a hang is looked at in a process of its own each time.
ScriptFinding Command::shrink_deadly(const WatchedEnd& end) {
  const bool hung = end.hung;
  const double patience = hung ? std::min(command_.timeout_s, 1.0) : command_.timeout_s;
  const std::function<bool(const SourceScript&)> breaks = [&](const SourceScript& candidate) {
    const WatchedEnd again = in_watched_process(
        [&](const AboutToRun& about_to_run) {
          about_to_run(candidate);
          // What it says on its way down was already said once.
          if (std::freopen("/dev/null", "w", stderr) == nullptr) return 1;
          run_script(subject_.make, candidate, plan_.options);
          return 0;
        },
        patience);
    return !again.finished && again.hung == hung && again.signal == end.signal;
  };
  ScriptFinding found{.steps = end.last.size()};
  found.script = shrink(end.last, breaks, hung ? 20 : 200);
  found.finding.broken =
      hung ? RuleBreak{Rule::ends, fmt::format("an end within {} s", command_.timeout_s), "none"}
           : RuleBreak{Rule::does_not_crash, "a process that survives", cause_of(end)};
  for (const ScriptStep& step : found.script) found.story.push_back(sentence_of(step));
  return found;
}

std::string Command::replay_line(const SourceScript& script) const {
  std::string line = called_as() + " check-data ";
  if (command_.kind.empty()) return line + "--replay " + shell_word(command_.replay);
  line += shell_word(command_.kind);
  for (const std::string& param : command_.params) line += " " + shell_word(param);
  if (command_.seed != 0) line += fmt::format(" --seed {}", command_.seed);
  if (command_.endless) line += " --endless";
  for (const std::string& rule : command_.without) line += " --without " + rule;
  return line + " --script " + shell_word(text_of(script));
}

int Command::report(const ScriptFinding& found) const {
  Diagnostics none;
  Params params = Params::parse(subject_.json, none);
  fmt::print("{}", text_of(found, kind_of(params), replay_line(found.script)));
  if (!command_.save.empty()) {
    std::ofstream(command_.save, std::ios::binary)
        << scenario_of(found, subject_.json, plan_.options.without);
    fmt::print("Written to {}: a scenario that fails until this is mended.\n", command_.save);
  }
  return kExpectationFailed;
}

void Command::print_kept(const CheckReport& report, double seconds) const {
  fmt::print("{} keeps the data contract: {} scripts, {} batches, {:.1f} s\n", command_.kind,
             report.scripts, report.batches, seconds);
  std::vector<std::string_view> unseen;
  for (std::size_t i = 0; i < kRules; ++i) {
    const Rule rule = static_cast<Rule>(i);
    if (!report.looked_at.has(rule) && rule != Rule::does_not_crash) {
      unseen.push_back(name_of(rule));
    }
  }
  if (!unseen.empty()) fmt::print("Nothing to hold against: {}\n", fmt::join(unseen, ", "));
}

}  // namespace

int command_check_data(const CheckDataCommand& command, const Vocabulary& vocabulary) {
  return Command(command, vocabulary).run();
}

}  // namespace trainwreck
