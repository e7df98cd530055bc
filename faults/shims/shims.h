#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/seams/clock.h"
#include "engine/seams/executor.h"
#include "engine/seams/file_system.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/signals.h"
#include "trainwreck/callback.h"
#include "trainwreck/data.h"

namespace trainwreck {

class Injector;
class Model;
class TraceSink;

// One shim per seam: each forwards every operation and offers it to the injector, before and after.
// No shim decides anything. What is wrapped must outlive its wrapper.
//
// The file system writes down each operation (TraceKind::file) before it returns: `what` as in the
// site's name, `who` the path, `number` the bytes that got through, `value` where in the file,
// `step` the errno (0: it worked) and `detail` "ok", the new name of a rename, or the error's name.
// Of sources, callbacks and steps the loop itself tells. Where threads run freely what they do has
// no fixed order, so there only the thread that made the shim is offered and written down.
enum class Threads : std::uint8_t { take_turns, run_freely };
std::unique_ptr<FileSystem> wrap(FileSystem& files, Injector& injector, TraceSink* trace,
                                 Threads threads = Threads::take_turns);
std::unique_ptr<Clock> wrap(Clock& clock, Injector& injector);
std::unique_ptr<MemoryBudget> wrap(MemoryBudget& memory, Injector& injector);
std::unique_ptr<Executor> wrap(Executor& executor, Injector& injector);
std::unique_ptr<Signals> wrap(Signals& signals, Injector& injector);
std::shared_ptr<DataSource> wrap(std::shared_ptr<DataSource> source, Injector& injector);
// `extra` are hooks that faults want even where the callback does not override them.
CallbackHandle wrap(const CallbackHandle& callback, HookMask extra, Injector& injector);
// Layers, loss and optimizer of a compiled model, in place. Training alone is offered: what
// evaluates and predicts makes no step.
void offer_compute(Model& model, Injector& injector);

}  // namespace trainwreck
