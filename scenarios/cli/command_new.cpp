#include <fmt/format.h>

#include <filesystem>

#include "engine/base/errors.h"
#include "engine/seams/file_system.h"
#include "engine/seams/seams.h"
#include "scenarios/books/schema.h"
#include "scenarios/cli/commands.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/process/called_as.h"
#include "scenarios/suite/find_scenarios.h"
#include "scenarios/suite/write_file.h"

namespace trainwreck {

namespace {

constexpr std::string_view kStarter = R"({
  "$schema": "SCHEMA",
  // One sentence that this file shows to be true. It is the scenario's name in every report.
  "name": "an error in the second epoch leaves the first checkpoint whole",
  // Why anybody should care.
  "about": "Training can be taken up again from there.",
  "tags": ["mine"],

  // Given: everything from which the run is built. `./trainwreck list` says what there is.
  "given": {
    "data": {"kind": "arrays", "samples": 64, "features": 8, "batch_size": 16},
    "model": [{"kind": "dense", "units": 4, "activation": "relu"}, {"kind": "dense", "units": 1}],
    "compile": {"optimizer": {"kind": "sgd", "learning_rate": 0.01}, "loss": "mse"},
    "callbacks": [{"kind": "model_checkpoint", "path": "ckpt/{epoch:02d}.safetensors"}],
    // Batches come in the same order in every epoch, so that "batch": 2 below means the same rows
    // in each. Keras's fit shuffles: say "shuffle": true where a story is about that.
    "fit": {"epochs": 3}
  },

  // When: what goes wrong, where (absent: anywhere), and how often ("times": 2 or "always").
  // `./trainwreck explain step_throws` says where a fault can strike and what it takes.
  "when": [{"kind": "step_throws", "at": {"epoch": 1, "batch": 2, "site": "step.forward"}}],

  // Then: what must hold, under both profiles or under one of them.
  "then": {
    "both": [
      {"kind": "checkpoint_intact", "path": "ckpt/01.safetensors"},
      {"kind": "checkpoint_absent", "path": "ckpt/02.safetensors"}
    ],
    // Keras runs no further hook once something was raised.
    "keras": [{"kind": "hook_never_ran", "hook": "on_train_end"}],
    // A hardened loop closes what it began, and keeps its contract.
    "hardened": [{"kind": "status", "is": "failed"}, {"kind": "keeps_contract"}]
  }
}
)";

bool is_the_file(const std::string& path, const std::string& text) {
  const auto disk = real_file_system();
  return disk->exists(path) && disk->read(path) == text;
}

// What editors find the schema by. A runner that knows more than what was installed writes its own
// beside the scenario.
std::string schema_for(const std::string& path, const Vocabulary& vocabulary) {
  RealWorld world;
  const std::string schema = scenario_schema(vocabulary, world.seams());
  const std::string installed = shipped("", "scenario.schema.json");
  if (is_the_file(installed, schema)) return "file://" + installed;
  const std::filesystem::path beside =
      std::filesystem::path(path).parent_path() / "scenario.schema.json";
  write_file(beside.string(), schema);
  fmt::print("{}: for editors\n", beside.string());
  return "./scenario.schema.json";
}

std::string starter_scenario(const std::string& schema) {
  constexpr std::string_view kPlace = "SCHEMA";
  std::string text(kStarter);
  return text.replace(text.find(kPlace), kPlace.size(), schema);
}

}  // namespace

int command_new(const std::string& path, const Vocabulary& vocabulary) {
  if (std::filesystem::exists(path)) {
    fmt::print(stderr, "{} is there already.\n", path);
    return kUsageError;
  }
  try {
    write_file(path, starter_scenario(schema_for(path, vocabulary)));
  } catch (const IoError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return kUsageError;
  }
  fmt::print("{}: run it with {} run {}\n", path, called_as(), shell_word(path));
  return kAllHeld;
}

}  // namespace trainwreck
