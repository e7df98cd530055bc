#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/tensor.h"
#include "engine/checkpoint/floats.h"
#include "engine/checkpoint/run_state.h"

namespace trainwreck {

class Model;

struct SavedParameter {
  std::string name;
  Shape shape;
  Floats values;
};

struct SavedOptimizer {
  struct Slot {
    std::string name;
    Floats values;  // as long as all weights, in their order in the checkpoint
  };
  std::string kind;
  std::int64_t iterations = 0;
  float learning_rate = 0.0F;
  bool has_schedule = false;  // then the iterations decide about the rate
  std::vector<Slot> slots;
};

// What a run needs beside its model to go on as if nothing had happened.
struct SavedRun {
  Position position;
  std::uint64_t seed = 0;
  std::string source;
  std::int64_t sequence = 0;  // of two files that stand in for each other the higher one is newer
  std::map<std::string, CallbackState> callbacks;
};

struct SavedScore {
  std::string metric;
  double value = 0.0;
};

// A trained model at one moment, with as much of its run as was asked for. A plain value: files and
// bytes are checkpoint_format.h's and save.h's.
struct Checkpoint {
  Shape input_row;
  std::vector<SavedParameter> weights;
  std::optional<SavedOptimizer> optimizer;
  std::optional<SavedRun> run;
  std::optional<SavedScore> score;
  std::string tag;  // why it was saved: "periodic", "best", "backup"
};

// Weights and, of a compiled model, the optimizer. Throws StateError when the model is not built.
Checkpoint capture_model(Model& model);
// The same into a checkpoint that was used before: whose memory serves again, or which borrows the
// model's, and is good until that is trained on.
enum class Capture : std::uint8_t { copied, borrowed };
void capture_model(Model& model, Checkpoint& into, Capture how);
// How many bytes capture_model will copy.
std::int64_t bytes_to_capture(Model& model);
// The first parameter with a value that is not finite; "" when there is none.
std::string non_finite_parameter(const Checkpoint& checkpoint);

// Puts weights and optimizer back; builds the model first where it is not built. A checkpoint of
// another model is refused with a ValueError that lists every difference, and nothing is changed.
void restore_model(const Checkpoint& checkpoint, Model& model);

}  // namespace trainwreck
