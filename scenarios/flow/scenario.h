#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/params.h"
#include "engine/contract/data_rules.h"
#include "engine/contract/source_script.h"
#include "faults/inject/trigger.h"

namespace trainwreck {

class Assertion;

// A piece of a scenario file that a catalog will read. The value is shared and never changed, and
// knows the line that it stands in.
struct Part {
  std::string kind;  // the entry that it names: "adam" of "adam" or {"kind": "adam", ...}
  std::shared_ptr<const JsonNode> value;
  std::string pointer{};  // where it stands in its file
};
// What a reader stands at, as a part.
Part part_of(const Params& params);
// A part that stands in no file: its lines are 0.
Part part_of(std::string_view json, std::string pointer = {});

// fit's options that are plain numbers; the rest of "fit" (data, callbacks) are parts.
struct FitCall {
  std::int64_t epochs = 1;
  std::int64_t initial_epoch = 0;
  std::optional<std::int64_t> steps_per_epoch;
  double validation_split = 0.0;
  std::optional<std::int64_t> validation_steps;
  std::int64_t validation_every = 1;
  std::optional<std::vector<std::int64_t>> validation_epochs;
  bool shuffle = false;  // see scenarios/language/defaults.h
  std::map<std::int64_t, float> class_weight;
  std::optional<std::int64_t> worker;
  std::string run;
};

// How the servers are that callbacks post to.
enum class NetworkIs : std::uint8_t { up, down, slow, failing };
struct Network {
  NetworkIs is = NetworkIs::up;
  std::vector<std::int64_t> epochs{};  // in these alone; empty: always
  double seconds = 30.0;               // slow: how long an answer takes
  int status = 500;                    // failing: what is answered
};

// "given": everything from which a run is built, afresh each time.
struct Setup {
  std::uint64_t seed = 1;
  std::optional<Part> data;
  std::optional<Part> validation;
  std::vector<Part> layers;
  Part optimizer;
  Part loss;
  std::vector<Part> metrics;
  std::vector<Part> callbacks;
  std::vector<std::string> listed_again;  // callbacks that stand in the list a second time
  FitCall fit;
  std::optional<Part> policy;                // single choices over the profile
  std::optional<std::int64_t> memory_limit;  // bytes
  std::optional<std::int64_t> disk_bytes;    // size of the simulated disk
  std::map<std::string, std::string> files;  // what is on the disk beforehand
  Network network;
};

// An assertion of a file, and what checks it: that never changes, so that plans and their copies
// share the one that was made when the file was read.
struct Expectation {
  Part part;
  std::shared_ptr<const Assertion> assertion;
};

// What an assertion list is checked against: both profiles, or one.
struct Expectations {
  std::vector<Expectation> both;
  std::vector<Expectation> keras;
  std::vector<Expectation> hardened;
  bool empty() const { return both.empty() && keras.empty() && hardened.empty(); }
};

// A fault of a file, and when it is due. The fault itself remembers what it did, so each run makes
// one of its own.
struct DueFault {
  Part part;
  Trigger trigger;
};

enum class Action : std::uint8_t {
  fit,
  evaluate,
  predict,
  train_on_batch,
  test_on_batch,
  predict_on_batch,
  hand_loop,
  check_data,
  restart
};

// The data contract, held against given.data while a script is done with it.
struct DataCheck {
  SourceScript script;
  RuleSet without;
};

// One sentence of a longer story.
struct Chapter {
  Action action = Action::fit;
  std::vector<DueFault> when;
  Expectations then;
  std::optional<FitCall> fit;      // overrides given.fit
  std::optional<Part> data;        // other data for this call
  std::vector<Part> callbacks;     // added for this call
  std::int64_t batch = 0;          // which one a call on a single batch gets
  std::vector<std::string> loses;  // restart: paths that do not survive
  std::optional<DataCheck> check;  // check_data
  std::string pointer;
};

// What people believe, and whether this story bears it out.
struct Claim {
  std::string says;
  std::string from;
  std::optional<bool> holds_in_keras;
  std::optional<bool> holds_in_hardened;
};

struct ExpectedFailure {
  std::string because;
  std::string see;
};

// "power_cut": the story is cut off at every file operation, under each of these models.
struct PowerCutWish {
  std::vector<std::string> models;
  bool resume = false;  // the story, told again, goes on from what it saved
  std::int64_t states_per_cut = 2000;
};

// One scenario file, or one case of it: copyable, holds nothing alive.
struct Scenario {
  std::string path;
  std::string name;
  std::string about;
  std::vector<std::string> tags;
  std::vector<Claim> claims;
  std::string observation;             // which run of real Keras this tells; see tests/observations
  std::optional<std::string> profile;  // what an unqualified "then" speaks of; absent: hardened
  Setup given;
  std::vector<Chapter> chapters;  // at least one
  Expectations then;              // about the whole story, after its last chapter
  std::optional<ExpectedFailure> expected_failure;
  std::optional<PowerCutWish> power_cut;
  std::vector<std::string> needs;
  double timeout_seconds = 10.0;
  bool real_process = false;  // runs in a forked child on a real directory
  std::string case_name;      // where the file has "cases"
};

}  // namespace trainwreck
