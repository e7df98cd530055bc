#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/suite/exit_code.h"

namespace trainwreck {

struct Plan;
struct Vocabulary;

struct RunCommand {
  std::vector<std::string> paths;    // files and directories; empty: the built-in library
  std::vector<std::string> tags;     // only scenarios with one of them
  std::vector<std::string> without;  // none with one of them
  std::string filter;                // only names or paths that hold this text
  std::string profile;               // "keras", "hardened", or "" for both
  int jobs = 0;                      // 0: one for each core
  bool fail_fast = false;
  bool all = false;      // also those that are tagged "keras" or "slow"
  bool verbose = false;  // also what held
  std::string junit;     // files to write; empty: none
  std::string json;
  std::string traces;                    // a folder for the trace of every run
  std::optional<std::uint64_t> shuffle;  // the seed of another order
  int repeat = 1;                        // everything so many times
};
int command_run(const RunCommand& command, const Vocabulary& vocabulary);

// The timeline of one scenario under each profile it speaks of.
struct ShowCommand {
  std::string path;
  std::string profile;
  std::string case_name;
  std::optional<std::int64_t> epoch;  // only the lines of this one
  std::vector<std::string> only;      // only lines of these kinds, as a trace declares them
};
int command_show(const ShowCommand& command, const Vocabulary& vocabulary);
// The same of one plan; the exit code says whether it held. Path, profile and case do not matter.
int show_plan(const Plan& plan, const Vocabulary& vocabulary, const ShowCommand& command = {});

// The run that a failure's token names, once more. Says so where scenario or program have changed.
int command_replay(const std::string& token, const Vocabulary& vocabulary);

// The page docs/keras.md, from runs.
int command_keras(const Vocabulary& vocabulary);

struct ListCommand {
  std::string what;                // a catalog's name, "coverage", "claims", or "" for all catalogs
  std::vector<std::string> paths;  // coverage and claims: of these; empty: of the library
  bool markdown = false;
};
int command_list(const ListCommand& command, const Vocabulary& vocabulary);

// Which clauses of the contract recorded traces keep.
struct JudgeCommand {
  std::vector<std::string> paths;
  bool verbose = false;   // also what was kept, and why something is unknown
  bool must_end = false;  // nobody killed the processes: a call without an end is broken
  std::string junit;      // files to write; empty: none
  std::string json;
};
int command_judge(const JudgeCommand& command, const Vocabulary& vocabulary);

// What anything means that a scenario, a report or a trace names: "N4", "sigterm", "step.forward".
int command_explain(const std::string& word, const Vocabulary& vocabulary);

// The JSON Schema of scenario files.
int command_schema(const Vocabulary& vocabulary);

// Writes a commented scenario to begin with.
int command_new(const std::string& path);
std::string_view starter_scenario();

// Where the time of these scenarios' epochs goes, run for real, and what each callback costs.
struct BenchCommand {
  std::vector<std::string> paths;
  std::string profile = "hardened";
  int repeat = 20;
  std::string json;     // a file to write; empty: none
  std::string against;  // one that was written before, to compare with
  std::string without;  // a callback: the same fit with it and without it, by turns
};
int command_bench_callbacks(const BenchCommand& command, const Vocabulary& vocabulary);
// What the harness itself costs: how long plain training takes, and with everything around it.
int command_bench(const Vocabulary& vocabulary);

// Holds the data contract against a source of the catalog, without a fuzzer.
struct CheckDataCommand {
  std::string kind;
  std::vector<std::string> params;  // key=value, or a JSON object
  std::int64_t scripts = 1000;
  std::int64_t steps = 24;
  std::uint64_t seed = 0;
  std::int64_t batches = 1000;
  bool endless = false;
  std::vector<std::string> without;
  double timeout_s = 10.0;
  std::string script;   // run only this one
  std::string replay;   // run only the one in this file
  std::string explain;  // say what the script in this file does, and run nothing
  std::string save;     // where to write what was found
};
int command_check_data(const CheckDataCommand& command, const Vocabulary& vocabulary);

// Cuts the power at every file operation of stories that have a "power_cut".
struct PowerCutCommand {
  std::string path;  // a file or a folder; empty: the library's protocols
  std::string profile;
  bool markdown = false;  // as the table of docs/power_cuts.md
};
int command_power_cut(const PowerCutCommand& command, const Vocabulary& vocabulary);

// Wrecks any training program from outside: docs/wreck.md.
struct WreckCommand {
  std::vector<std::string> words;  // the program's command
  std::string folder;              // where it saves; empty: {dir} in its command
  std::string budget = "10m";
  std::vector<std::string> ignore;
  double rtol = 0.0;
  std::string json;
};
int command_wreck(const WreckCommand& command);

}  // namespace trainwreck
