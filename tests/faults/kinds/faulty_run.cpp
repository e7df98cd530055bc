#include "tests/faults/kinds/faulty_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/callbacks/model_checkpoint.h"
#include "engine/catalogs.h"
#include "engine/combine/worker_source.h"
#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "faults/power/disk_replay.h"
#include "faults/shims/shims.h"
#include "trainwreck/model.h"

namespace trainwreck::testing {
namespace {

constexpr std::int64_t kBatches = 3;

void fill(std::int64_t index, Batch& out, bool classes) {
  out.x.resize({4, 2});
  out.y.resize({4, 1});
  for (std::int64_t i = 0; i < 8; ++i) {
    out.x[i] = 0.1F * static_cast<float>((index * 8 + i * 3) % 11) - 0.4F;
  }
  for (std::int64_t i = 0; i < 4; ++i) {
    out.y[i] = classes ? static_cast<float>(i % 2) : out.x[2 * i] - 0.5F * out.x[2 * i + 1];
  }
}

class Numbered final : public Sequence {
 public:
  explicit Numbered(bool classes) : classes_(classes) {}
  SourceTraits traits() const override { return {.name = "numbered", .thread_safe = true}; }
  std::int64_t batch_count() const override { return kBatches; }
  void batch(std::int64_t index, Batch& out) override { fill(index, out, classes_); }

 private:
  bool classes_;
};

class Streamed final : public DataSource {
 public:
  SourceTraits traits() const override { return {.name = "streamed", .access = Access::stream}; }
  std::optional<std::int64_t> length() const override { return std::nullopt; }
  void start_pass(const Pass& pass) override {
    pass_ = pass.number;
    next_ = 0;
  }
  bool fetch(std::int64_t, Batch& out) override {
    if (next_ == kBatches) return false;
    out.id = {.source = 0, .epoch = pass_, .index = next_};
    fill(next_++, out, false);
    return true;
  }

 private:
  std::int64_t pass_ = 0;
  std::int64_t next_ = 0;
};

// Writes down every hook, and looks at the clock in each.
class Probe final : public Callback {
 public:
  explicit Probe(std::vector<std::string>& lines) : lines_(lines) {}
  std::string name() const override { return "probe"; }
  void on_train_begin(Event& event) override { write("on_train_begin", event); }
  void on_train_end(Event& event) override { end("on_train_end", event); }
  void on_epoch_begin(Event& event) override { write("on_epoch_begin", event); }
  void on_epoch_end(Event& event) override { end("on_epoch_end", event); }
  void on_train_batch_begin(Event& event) override { write("on_train_batch_begin", event); }
  void on_train_batch_end(Event& event) override { end("on_train_batch_end", event); }
  void on_exception(Event& event) override { write("on_exception", event); }

 private:
  void write(std::string_view hook, Event& event) {
    event.session.seams().clock.now();
    lines_.push_back(event.index < 0 ? std::string(hook) : fmt::format("{} {}", hook, event.index));
  }
  void end(std::string_view hook, Event& event) {
    write(hook, event);
    lines_.back() += " " + std::string(name_of(event.status));
  }

  std::vector<std::string>& lines_;
};

std::unique_ptr<Model> make_model(const std::string& loss) {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = 3, .activation = Activation::tanh}));
  const bool classes = loss != "mse";
  layers.push_back(
      layers::make_dense({.units = classes ? 2 : 1,
                          .activation = classes ? Activation::softmax : Activation::linear}));
  auto model = std::make_unique<Model>(std::move(layers), 7);
  model->compile(optimizers::make_sgd({.learning_rate = 0.1F, .momentum = 0.9F}),
                 classes ? losses::make_sparse_categorical_crossentropy() : losses::make_mse(), {});
  return model;
}

std::string line_of(const TraceLine& line) {
  const TraceEvent& event = line.event;
  return fmt::format("{} {} {} {} {}/{}/{} {} {} {}", line.time_ns, name_of(event.kind), event.what,
                     event.who, event.epoch, event.batch, event.step, event.number, event.value,
                     event.detail);
}

void read_trace(const Trace& trace, Ran& ran) {
  for (const TraceLine& line : trace.lines) {
    const TraceEvent& event = line.event;
    ran.trace.push_back(line_of(line));
    if (event.kind == TraceKind::scope_begin && event.what == "epoch") {
      ran.served.push_back(fmt::format("epoch {}:", event.epoch));
    }
    if (event.kind == TraceKind::fetch_end && event.detail == "ok" && !ran.served.empty()) {
      ran.served.back() += fmt::format(" {}", event.step);
    }
    if (event.kind == TraceKind::step_end && event.detail == "committed") {
      ran.losses.push_back(static_cast<float>(event.value));
    }
  }
}

class Rehearsal {
 public:
  explicit Rehearsal(const RunSetup& setup)
      : setup_(setup), world_(setup.memory_limit), model_(make_model(setup.loss)) {
    for (const std::string& fault : setup.faults) world_.injector.plan(fault_from(fault));
    world_.injector.count_crossings(setup.census);
    if (setup.shims) offer_compute(*model_, world_.injector);
  }

  Ran go() {
    Ran ran;
    Trainer trainer(*model_, seams(), setup_.policy);
    const auto source = data();
    world_.again = [&](World::Again what) {
      if (what == World::Again::fit) {
        trainer.fit(*source, {.epochs = 1}).rethrow();
      } else {
        trainer.evaluate(*source).rethrow();
      }
    };
    world_.injector.begin_call();
    try {
      ran.result = trainer.fit(*source, options(ran));
    } catch (const Death& death) {
      ran.died = true;
      ran.cause = std::string(death.cause);
    }
    const auto weights = model_->parameters().values();
    ran.weights.assign(weights.begin(), weights.end());
    finish(ran);
    return ran;
  }

 private:
  Seams seams() {
    if (setup_.shims) return world_.seams();
    return {world_.disk,     world_.clock,   world_.memory,
            world_.executor, world_.signals, &world_.injector};
  }

  std::shared_ptr<DataSource> data() {
    std::shared_ptr<DataSource> source;
    if (setup_.stream) {
      source = std::make_shared<Streamed>();
    } else {
      source = std::make_shared<Numbered>(setup_.loss != "mse");
    }
    if (setup_.workers) {
      source = std::make_shared<WorkerSource>(source, seams().executor,
                                              WorkerOptions{.deadline = std::chrono::seconds(60)});
    }
    return setup_.shims ? wrap(source, world_.injector) : source;
  }

  // Hooks that a fault strikes are heard even where nobody listens.
  CallbackHandle offered(const CallbackHandle& callback) {
    HookMask extra = 0;
    for (const PlannedFault& planned : world_.injector.planned()) {
      const auto site = static_cast<std::size_t>(planned.trigger.site);
      if (site < kHooks) extra |= mask_of(static_cast<Hook>(site));
    }
    return setup_.shims ? wrap(callback, extra, world_.injector) : callback;
  }

  FitOptions options(Ran& ran) {
    FitOptions options{.epochs = setup_.epochs, .steps_per_epoch = setup_.steps, .shuffle = false};
    if (setup_.validation) options.validation = data();
    options.callbacks.push_back(offered(std::make_shared<Probe>(ran.hooks)));
    for (const CallbackHandle& callback : setup_.callbacks) {
      options.callbacks.push_back(offered(callback));
    }
    if (setup_.checkpoints) {
      options.callbacks.push_back(offered(std::make_shared<ModelCheckpoint>(
          ModelCheckpointOptions{.path = "ckpt/{epoch}.safetensors"})));
    }
    return options;
  }

  void finish(Ran& ran) {
    read_trace(world_.recorder.trace(), ran);
    for (const PlannedFault& planned : world_.injector.planned()) {
      ran.fired[planned.kind] += static_cast<std::int64_t>(planned.fired.size());
      for (const Address& address : planned.fired) ran.addresses.push_back(text_of(address));
    }
    for (const Address& address : world_.injector.census()) ran.census.push_back(text_of(address));
    ran.files = world_.disk.files();
    ran.reserved = world_.memory.in_use();
  }

  const RunSetup& setup_;
  FaultyWorld world_;
  std::unique_ptr<Model> model_;
};

PlannedFault read(const std::string& json, Diagnostics& mistakes) {
  RealWorld world;
  const Catalogs catalogs = builtin_catalogs();
  const BuildContext context{.catalogs = catalogs, .seams = world.seams()};
  Params params = Params::parse(json, mistakes);
  PlannedFault planned;
  planned.kind = kind_of(params);
  std::vector<std::string_view> names;
  for (const FaultEntry& entry : builtin_faults()) {
    names.push_back(entry.name);
    if (entry.name != planned.kind) continue;
    planned.fault = entry.make(params, context);
    planned.trigger = read_trigger(params, planned.fault->sites());
    params.reject_unknown_keys();
    return planned;
  }
  complain_unknown_kind(params, planned.kind, names);
  return planned;
}

std::string text_of(const Diagnostics& mistakes) {
  std::string text;
  for (const Diagnostic& mistake : mistakes) {
    text += mistake.pointer + " " + mistake.message + "\n";
  }
  return text;
}

}  // namespace

FaultyWorld::FaultyWorld(std::int64_t memory_limit)
    : memory(memory_limit),
      executor(clock, 1),
      recorder(clock),
      injector(*this, 1, &recorder),
      offered_disk_(wrap(disk, injector, &injector)),
      offered_clock_(wrap(clock, injector)),
      offered_memory_(wrap(memory, injector)),
      offered_executor_(wrap(executor, injector)),
      offered_signals_(wrap(signals, injector)) {}

FaultyWorld::~FaultyWorld() = default;

Seams FaultyWorld::seams() {
  return {*offered_disk_,     *offered_clock_,   *offered_memory_,
          *offered_executor_, *offered_signals_, &injector};
}

void FaultyWorld::die(std::string_view cause) {
  disk.freeze();
  injector.declare_death(std::string(cause));
  throw Death{cause};
}

void FaultyWorld::die_in(std::chrono::nanoseconds time, std::string_view cause) {
  injector.doom(clock, clock.now() + time, std::string(cause));
}

void FaultyWorld::hang() {
  executor.wait([] { return false; }, [] {}, std::nullopt);
}

void FaultyWorld::cut_power(PersistenceModel model, const Random& random) {
  const DiskHistory history{.start = disk.start(), .done = disk.operations()};
  disk.replace(files_after_cut(history, model, random_choice(random)));
  die("power cut");
}

void FaultyWorld::call_again(Again what) { again(what); }

std::string complaints_about_fault(const std::string& json) {
  Diagnostics mistakes;
  read(json, mistakes);
  return text_of(mistakes);
}

PlannedFault fault_from(const std::string& json) {
  Diagnostics mistakes;
  PlannedFault planned = read(json, mistakes);
  EXPECT_EQ(text_of(mistakes), "") << json;
  return planned;
}

std::string Ran::status() const { return died ? "died" : std::string(name_of(result.status)); }

std::string Ran::error() const {
  return result.error ? result.error->type + ": " + result.error->message : "";
}

Ran run(const RunSetup& setup) { return Rehearsal(setup).go(); }

Ran run(const std::string& fault, const Policy& policy) {
  return run(RunSetup{.faults = {fault}, .policy = policy});
}

}  // namespace trainwreck::testing
