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

// When a fault strikes: before the real thing is done, or when it was. What failed was not done, so
// it has no "after".
enum class When : std::uint8_t { before, after };

constexpr bool lies_between(Site first, Site site, Site last) {
  return first <= site && site <= last;
}

// What crosses a seam, as a fault may see and change it. It is lent for one strike. Each type below
// says at which sites it crosses; the shims keep to that, so as<FileOperation>() can be trusted.
struct Operation {
  Site site{};
  std::string_view detail{};  // which layer, callback, path, ...; see SiteInfo
  // A fault that sets it before has done it in place of the real thing. What hands something out
  // that nobody else can make cannot be answered: see can_be_answered().
  bool answered = false;
  static constexpr bool crosses(Site) { return true; }
};

struct FetchOperation : Operation {
  DataSource* source = nullptr;  // the real one: what a fault asks of it is not offered
  std::int64_t index = 0;
  Batch* batch = nullptr;
  bool got = true;  // false: exhausted
  static constexpr bool crosses(Site site) { return site == Site::source_fetch; }
};

// length, start_pass, epoch_begin, epoch_end of a source.
struct SourceOperation : Operation {
  std::optional<std::int64_t> length;
  static constexpr bool crosses(Site site) {
    return lies_between(Site::source_length, site, Site::source_epoch_end) &&
           !FetchOperation::crosses(site);
  }
};

struct HookOperation : Operation {
  Hook hook{};
  Event* event = nullptr;
  static constexpr bool crosses(Site site) {
    return lies_between(Site::hook_train_begin, site, Site::hook_exception);
  }
};

// forward and backward of a layer, the loss, apply of the optimizer. `values` is what the operation
// made: activations, the loss's gradient, the layer's parameter gradients, or the weights.
struct ComputeOperation : Operation {
  Model* model = nullptr;
  std::span<float> values{};
  float* loss = nullptr;
  bool repeat = false;  // before apply: do it twice
  static constexpr bool crosses(Site site) {
    return lies_between(Site::step_forward, site, Site::step_apply);
  }
};

// What is asked for is asked for: a fault refuses it by throwing, and changes nothing here.
struct ReserveOperation : Operation {
  MemoryPurpose purpose{};
  std::int64_t bytes = 0;
  std::int64_t in_use = 0;  // before it
  static constexpr bool crosses(Site site) { return site == Site::memory_reserve; }
};

struct FileOperation : Operation {
  std::string path;
  std::string to;                    // rename
  std::string bytes;                 // append: what is written; read: what was read
  std::int64_t offset = 0;           // append: where in the file
  std::optional<std::int64_t> kept;  // before append: how many bytes get through
  int error = 0;  // errno to fail with, in place of the real thing or when it was done; 0: none
  std::optional<std::int64_t> free_bytes;
  static constexpr bool crosses(Site site) {
    return lies_between(Site::file_create, site, Site::file_free_space);
  }
};

// After: what was read.
struct ClockOperation : Operation {
  std::chrono::nanoseconds now{};
  double unix_seconds = 0.0;
  static constexpr bool crosses(Site site) { return site == Site::clock_now; }
};

// A task that is started may be doomed: after so many of its own waits it ends without a word,
// `dies_holding` what it is working on or not. There is no "after": whatever is thrown when a task
// runs already would leave it to nobody.
struct SpawnOperation : Operation {
  std::optional<std::int64_t> lives_for;
  bool dies_holding = false;
  static constexpr bool crosses(Site site) { return site == Site::executor_spawn; }
};

// wait, sleep and join. `time` is a wait's deadline or how long a sleep lasts.
struct TaskOperation : Operation {
  std::optional<std::chrono::nanoseconds> time;
  static constexpr bool crosses(Site site) {
    return lies_between(Site::executor_wait, site, Site::executor_join);
  }
};

// After: what was reported. A signal that a fault sets before is reported in place of the real one.
struct SignalOperation : Operation {
  std::optional<int> signal;
  static constexpr bool crosses(Site site) { return site == Site::signals_poll; }
};

// Whether a fault can strike there once the real thing was done.
constexpr bool has_after(Site site) { return !SpawnOperation::crosses(site); }

// Whether a fault can do it in place of the real thing.
constexpr bool can_be_answered(Site site) {
  return site != Site::file_create && site != Site::file_open_append &&
         site != Site::memory_reserve && site != Site::executor_join;
}

// The operation as what it is, or null where it is something else.
template <class Op>
Op* as(Operation& operation) {
  return Op::crosses(operation.site) ? static_cast<Op*>(&operation) : nullptr;
}
template <class Op>
const Op* as(const Operation& operation) {
  return Op::crosses(operation.site) ? static_cast<const Op*>(&operation) : nullptr;
}

}  // namespace trainwreck
