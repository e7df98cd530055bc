
#include "trainwreck/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/misspelt.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/process/called_as.h"

namespace trainwreck {
namespace {

const CLI::IsMember kIsProfile({"keras", "hardened"});

void add_run(CLI::App& app, RunCommand& command) {
  CLI::App* run = app.add_subcommand("run", "Run scenarios and print the verdicts");
  run->add_option("path", command.paths, "Files and folders; the built-in library by default");
  run->add_option("--tag", command.tags, "Only scenarios with one of these tags");
  run->add_option("--without", command.without, "No scenarios with one of these tags");
  run->add_option("--filter", command.filter, "Only names and paths that hold this text");
  run->add_option("--profile", command.profile, "Only this profile")->check(kIsProfile);
  run->add_option("-j,--jobs", command.jobs, "Processes at once; one for each core by default");
  run->add_flag("--fail-fast", command.fail_fast, "Begin nothing new after a failure");
  run->add_flag("--all", command.all, "Also scenarios tagged keras or slow");
  run->add_option("--junit", command.junit, "Write the results to this file as JUnit XML");
  run->add_option("--json", command.json, "Write the results to this file as JSON");
  run->add_option("--trace", command.traces, "Write the trace of every run into this folder");
  run->add_option("--shuffle", command.shuffle, "Another order, made from this number");
  run->add_option("--repeat", command.repeat, "Everything so many times")
      ->check(CLI::Range(1, 1'000'000));
  run->add_flag("-v,--verbose", command.verbose, "Also print what held");
}

void add_show(CLI::App& app, ShowCommand& command) {
  CLI::App* show = app.add_subcommand("show", "The timeline of one scenario");
  show->add_option("path", command.path, "A scenario file")->required();
  show->add_option("--profile", command.profile, "Only this profile")->check(kIsProfile);
  show->add_option("--case", command.case_name, "Only this case of the file");
  show->add_option("--epoch", command.epoch, "Only the lines of this epoch");
  show->add_option("--only", command.only,
                   "Only these lines: hooks, steps, fetches, files, checkpoints, ...");
}

void add_replay(CLI::App& app, std::string& token) {
  CLI::App* replay = app.add_subcommand("replay", "One failed run again, with its timeline");
  replay->add_option("token", token, "As a failure prints it")->required();
}

void add_list(CLI::App& app, ListCommand& command) {
  CLI::App* list = app.add_subcommand("list", "What a scenario may name, with all parameters");
  list->add_option("what", command.what,
                   "One catalog (callbacks, layers, faults, ...), coverage, or claims");
  list->add_option("path", command.paths, "Scenarios for coverage and claims; the library");
  list->add_flag("--markdown", command.markdown, "As the page docs/catalog.md");
}

void add_keras(CLI::App& app) {
  app.add_subcommand("keras", "What Keras does, and what a hardened loop does: docs/keras.md");
}

void add_judge(CLI::App& app, JudgeCommand& command) {
  CLI::App* judge = app.add_subcommand("judge", "Ask which clauses of the contract traces keep");
  judge->add_option("trace", command.paths, "JSON Lines, as docs/trace.md says")->required();
  judge->add_flag("--must-end", command.must_end, "A run without its end was not killed: broken");
  judge->add_option("--junit", command.junit, "Write the results to this file as JUnit XML");
  judge->add_option("--json", command.json, "Write the results to this file as JSON");
  judge->add_flag("-v,--verbose", command.verbose, "Also what is kept, and why one cannot tell");
}

void add_explain(CLI::App& app, std::string& id) {
  CLI::App* explain = app.add_subcommand("explain", "What anything means that has a name");
  explain->add_option("name", id, "N4, sigterm, fit.epochs, ShapeError, loop.end_hooks, ...")
      ->required();
}

void add_bench(CLI::App& app, BenchCommand& command) {
  CLI::App* bench = app.add_subcommand("bench", "What the harness costs, and what callbacks cost");
  CLI::App* callbacks = bench->add_subcommand("callbacks", "Where the time of the epochs goes");
  callbacks->add_option("path", command.paths, "Scenario files and folders")->required();
  callbacks->add_option("--profile", command.profile, "keras or hardened")->check(kIsProfile);
  callbacks->add_option("--repeat", command.repeat, "How many runs are measured")
      ->check(CLI::Range(1, 10'000));
  callbacks->add_option("--json", command.json, "Write the account to this file");
  callbacks->add_option("--against", command.against, "Compare with what --json wrote before");
  callbacks->add_option("--without", command.without,
                        "What this callback costs: with it and without it, by turns");
}

void add_check_data(CLI::App& app, CheckDataCommand& command) {
  CLI::App* check = app.add_subcommand("check-data", "The data contract against a data source");
  check->add_option("kind", command.kind, "A data source of the catalog");
  check->add_option("params", command.params, "Its parameters: key=value, or a JSON object");
  check->add_option("--scripts", command.scripts, "How many random scripts");
  check->add_option("--steps", command.steps, "Steps of a script, at most");
  check->add_option("--seed", command.seed, "Of the scripts and of the passes");
  check->add_option("--batches", command.batches, "How many batches of a pass, at most")
      ->check(CLI::Range(1, 100'000'000));
  check->add_flag("--endless", command.endless, "It never ends, and need not");
  check->add_option("--without", command.without, "A rule that it need not keep");
  check->add_option("--timeout", command.timeout_s, "Seconds that a script may take");
  check->add_option("--script", command.script, "Run this one: \"fetch 0; again\"");
  check->add_option("--replay", command.replay, "Run the one in a fuzzer's file or a scenario");
  check->add_option("--explain", command.explain, "Say in words what the script in a file does");
  check->add_option("--save", command.save, "Write what is found to this scenario file");
}

void add_power_cut(CLI::App& app, PowerCutCommand& command) {
  CLI::App* cut = app.add_subcommand("power-cut", "Cut the power at every file operation of a run");
  cut->add_option("path", command.path, "Scenarios with \"power_cut\"; the protocols by default");
  cut->add_option("--profile", command.profile, "Only this profile")->check(kIsProfile);
  cut->add_flag("--markdown", command.markdown, "As the table of docs/power_cuts.md");
}

void add_sweep(CLI::App& app, SweepCommand& command) {
  CLI::App* sweep = app.add_subcommand(
      "sweep", "Strike a story with every kind of fault at each crossing of a seam, and prove it");
  sweep->add_option("paths", command.paths,
                    "Scenarios, whose own faults and statements are left "
                    "out; the library's sweeps by default");
  sweep->add_option("--profile", command.profile, "Only this profile")->check(kIsProfile);
  sweep->add_option("--kinds", command.kinds, "Only these kinds of faults")
      ->delimiter(',')
      ->allow_extra_args(false);
  sweep->add_option("--points", command.most_points, "At most so many points of each story");
  sweep->add_option("--json", command.json, "Write certificates and findings, a line each story");
}

constexpr const char* kWreckHelp =
    "What becomes of a training that is killed, loses its power or its disk, is told to stop, and "
    "is "
    "started again: trainwreck wreck -- python3 train.py {dir}\n\n"
    "Tried: the whole tree of processes killed at each file operation and within long writes; "
    "power "
    "cuts as ext4 (data=ordered) leaves them, or another --disk; disk full, I/O errors and failing "
    "syncs, once and "
    "from "
    "then on; short writes; a disk that turns read-only; SIGTERM, SIGINT and SIGINT twice where "
    "the "
    "program catches them; one process of several killed. One point of each class first, then the "
    "last and a middle one, then all of classes that disagree. Controls: two undisturbed runs, a "
    "slow "
    "disk, stopped between two saves, started again at its end, one real kill.\n"
    "Not tried: reading faults, memory, clocks, the network, other disks than ext4_ordered, a "
    "second "
    "fault while it takes up, processes killed between file operations, other orders of several "
    "writers.\n"
    "Exit codes: 0 nothing worse than lost work, 1 a training failed, 2 it cannot be done here or "
    "as "
    "asked, 3 not known (harness, interrupted, unknown verdicts, a class not tried), 4 undisturbed "
    "it "
    "fails, saves nothing, or leaves nothing to compare.";

void add_wreck_reports(CLI::App* wreck, WreckCommand& command) {
  wreck->add_option("--known", command.known, "A file with ids of causes that are accepted");
  wreck->add_option("--json", command.json, "Write the results to this file as JSON lines");
  wreck->add_option("--junit", command.junit, "Write the results to this file as JUnit XML");
  wreck->add_flag("--github", command.github, "Annotations; also where GITHUB_ACTIONS is set");
  wreck->add_option("--save", command.save, "Write each finding into this folder, with a script");
  wreck->add_option("--continue", command.go_on, "Take over what these results have (--json)");
  wreck->add_option("--shard", command.shard, "k/n: only this share of the points; see merge");
}

void add_wreck(CLI::App& app, WreckCommand& command) {
  CLI::App* wreck = app.add_subcommand("wreck", "Wreck any training program from outside");
  wreck->footer(kWreckHelp);
  wreck->add_option("command", command.words, "After --: the program; {dir} is where it saves")
      ->required();
  wreck->add_option("--dir", command.folder, "Where it saves, if its command has no {dir}: empty");
  wreck->add_option("--for", command.budget, "How long to try: 90s, 10m (the default), 1h");
  wreck->add_option("-j,--jobs", command.jobs, "Second runs at once; 2 by default")
      ->check(CLI::Range(1, 256));
  wreck->add_option("--points", command.points, "At most so many points");
  wreck->add_option("--point", command.ids, "Only the point with this id")->allow_extra_args(false);
  wreck->add_flag("--thorough", command.thorough, "All points of each class");
  wreck->add_option("--ignore", command.ignore, "Files, or GLOB#PART of them, that may differ")
      ->allow_extra_args(false);
  wreck->add_option("--rtol", command.rtol, "How far two numbers may be apart, as a share")
      ->check(CLI::Range(0.0, 1.0));
  wreck->add_option("--disk", command.disk, "What a power cut takes; ext4_ordered by default")
      ->check(CLI::IsMember({"ext4_ordered", "ordered_noalloc", "weak"}));
  wreck->add_option("--until", command.until, "A line that it prints with this text ends a run");
  wreck->add_option("--saves", command.saves, "End the undisturbed runs after so many saves");
  wreck->add_flag("--to-the-end", command.to_the_end, "Second runs go on when they are decided");
  add_wreck_reports(wreck, command);
}

// What each word of the command line was told.
struct Told {
  RunCommand run{};
  ShowCommand show{};
  ListCommand list{};
  JudgeCommand judge{};
  CheckDataCommand check_data{};
  PowerCutCommand power_cut{};
  SweepCommand sweep{};
  WreckCommand wreck{};
  BenchCommand bench{};
  std::string token{};                // replay
  std::string word{};                 // explain
  std::string path{};                 // new
  std::vector<std::string> shards{};  // merge
};

void add_all(CLI::App& app, Told& told) {
  add_run(app, told.run);
  add_show(app, told.show);
  add_list(app, told.list);
  add_keras(app);
  add_replay(app, told.token);
  add_judge(app, told.judge);
  add_explain(app, told.word);
  add_check_data(app, told.check_data);
  add_power_cut(app, told.power_cut);
  add_sweep(app, told.sweep);
  add_wreck(app, told.wreck);
  app.add_subcommand("merge", "Put the results of the shards of a wreck together")
      ->add_option("results", told.shards, "What each wrote with --json")
      ->required();
  app.add_subcommand("schema", "The JSON Schema of scenario files");
  app.add_subcommand("new", "Write a commented scenario to begin with")
      ->add_option("path", told.path, "The file to write")
      ->required();
  add_bench(app, told.bench);
}

int do_what_was_told(const CLI::App& app, const Told& told, const Vocabulary& vocabulary) {
  if (app.got_subcommand("run")) return command_run(told.run, vocabulary);
  if (app.got_subcommand("replay")) return command_replay(told.token, vocabulary);
  if (app.got_subcommand("show")) return command_show(told.show, vocabulary);
  if (app.got_subcommand("schema")) return command_schema(vocabulary);
  if (app.got_subcommand("new")) return command_new(told.path, vocabulary);
  if (app.got_subcommand("bench")) {
    const bool callbacks = app.get_subcommand("bench")->got_subcommand("callbacks");
    return callbacks ? command_bench_callbacks(told.bench, vocabulary) : command_bench(vocabulary);
  }
  if (app.got_subcommand("keras")) return command_keras(vocabulary);
  if (app.got_subcommand("judge")) return command_judge(told.judge, vocabulary);
  if (app.got_subcommand("check-data")) return command_check_data(told.check_data, vocabulary);
  if (app.got_subcommand("explain")) return command_explain(told.word, vocabulary);
  if (app.got_subcommand("sweep")) return command_sweep(told.sweep, vocabulary);
  if (app.got_subcommand("power-cut")) return command_power_cut(told.power_cut, vocabulary);
  if (app.got_subcommand("wreck")) return command_wreck(told.wreck);
  if (app.got_subcommand("merge")) return command_merge(told.shards);
  return command_list(told.list, vocabulary);
}

}  // namespace

int run_command_line(int argc, char** argv, const Vocabulary& vocabulary) {
  if (argc > 0) set_called_as(argv[0]);
  CLI::App app("It wrecks training runs on purpose, so that yours survive.", "trainwreck");
  app.require_subcommand(1);
  Told told;
  add_all(app, told);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (app.exit(error) == 0) return kAllHeld;
    for (const std::string& hint : misspelt(app, {argv + 1, argv + argc})) {
      fmt::print(stderr, "{}\n", hint);
    }
    return kUsageError;
  }
  return do_what_was_told(app, told, vocabulary);
}

}  // namespace trainwreck
