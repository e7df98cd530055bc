#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/loop/hook.h"
#include "engine/seams/memory_budget.h"
#include "faults/inject/site.h"

namespace trainwreck {

class DataSource;
struct Batch;
struct Event;
class Model;
class Tensor;

// What crosses a seam, as a fault may see and change it: before the real thing is done, and after.
// `answered`: the fault has done it in place of the real one.
struct Operation {
  Site site{};
  std::string_view detail{};
  bool answered = false;
};

struct FetchOperation : Operation {
  DataSource* source = nullptr;  // the real one: what a fault asks of it is not offered
  std::int64_t index = 0;
  Batch* batch = nullptr;
  bool got = true;  // false: exhausted
};

// length, start_pass, epoch_begin, epoch_end of a source.
struct SourceOperation : Operation {
  std::optional<std::int64_t> length;
};

struct HookOperation : Operation {
  Hook hook{};
  Event* event = nullptr;
};

// forward and backward of a layer, the loss, apply of the optimizer. `values` is what the operation
// made: activations, the loss's gradient, the layer's parameter gradients, or the weights.
struct ComputeOperation : Operation {
  Model* model = nullptr;
  std::span<float> values{};
  float* loss = nullptr;
  bool repeat = false;  // apply: do it twice
};

struct ReserveOperation : Operation {
  MemoryPurpose purpose{};
  std::int64_t bytes = 0;
  std::int64_t in_use = 0;
};

struct FileOperation : Operation {
  std::string path;
  std::string to;                    // rename
  std::string bytes;                 // append: what is written; read: what was read
  std::int64_t offset = 0;           // append: where in the file
  std::optional<std::int64_t> kept;  // append: how many bytes get through before the failure
  int error = 0;                     // errno to fail with; 0: none
  std::optional<std::int64_t> free_bytes;
};

struct ClockOperation : Operation {
  std::chrono::nanoseconds now{};
  double unix_seconds = 0.0;
};

// `time` is a wait's deadline or how long a sleep lasts. A task that is spawned may be doomed:
// after so many of its own waits it ends without a word, `dies_holding` what it is working on or
// not.
struct TaskOperation : Operation {
  std::optional<std::chrono::nanoseconds> time;
  std::optional<std::int64_t> lives_for;
  bool dies_holding = false;
};

struct SignalOperation : Operation {
  std::optional<int> signal;
};

}  // namespace trainwreck
