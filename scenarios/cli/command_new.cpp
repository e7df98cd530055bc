#include <fmt/format.h>

#include <filesystem>

#include "engine/base/errors.h"
#include "scenarios/cli/commands.h"
#include "scenarios/process/called_as.h"
#include "scenarios/suite/write_file.h"

namespace trainwreck {

std::string_view starter_scenario() {
  return R"({
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
}

int command_new(const std::string& path) {
  if (std::filesystem::exists(path)) {
    fmt::print(stderr, "{} is there already.\n", path);
    return kUsageError;
  }
  try {
    write_file(path, starter_scenario());
  } catch (const IoError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return kUsageError;
  }
  fmt::print("{}: run it with {} run {}\n", path, called_as(), shell_word(path));
  return kAllHeld;
}

}  // namespace trainwreck
