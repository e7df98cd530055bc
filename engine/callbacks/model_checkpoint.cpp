#include "engine/callbacks/model_checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/base/text.h"
#include "engine/callbacks/state_numbers.h"
#include "engine/saving/checkpointing.h"
#include "engine/saving/preflight.h"
#include "engine/seams/file_system.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {

ModelCheckpoint::ModelCheckpoint(ModelCheckpointOptions options)
    : options_(std::move(options)),
      path_("ModelCheckpoint", options_.path),
      monitor_("ModelCheckpoint", options_.monitor),
      best_(options_.initial_value_threshold) {
  if (options_.keep && *options_.keep < 1) {
    throw ValueError(
        fmt::format("ModelCheckpoint: keep must be at least 1, got {}", *options_.keep));
  }
  if (options_.resume != Resume::never && options_.save_weights_only) {
    throw ValueError(
        "ModelCheckpoint: weights alone do not say where a run stands: to resume, "
        "save_weights_only must be off");
  }
}

void ModelCheckpoint::set_session(Session& session) {
  path_ = path_of_run("ModelCheckpoint", options_.path, session.info());
  if (session.policy().checkpoint.file_extension == FileExtension::as_keras_or_safetensors) {
    check_extension();
  }
  if (watches(session)) monitor_.start(session);
}

bool ModelCheckpoint::watches(const Session& session) const {
  return options_.save_best_only ||
         session.policy().monitor.unused_monitor == UnusedMonitor::checked;
}

void ModelCheckpoint::check_extension() const {
  const std::string& path = options_.path;
  const bool fits = options_.save_weights_only ? path.ends_with(".weights.h5")
                                               : path.ends_with(".keras") || path.ends_with(".h5");
  if (fits || path.ends_with(".safetensors")) return;
  throw ValueError(fmt::format("ModelCheckpoint: the path must end in .safetensors or {}, got {}",
                               options_.save_weights_only ? ".weights.h5" : ".keras", path));
}

void ModelCheckpoint::on_train_begin(Event& event) {
  Session& session = event.session;
  saver_.start();
  if (options_.save_best_only) monitor_.check_name(session);
  if (options_.resume != Resume::never) resume(session);
  if (session.policy().checkpoint.preflight == Preflight::before_the_first_epoch) {
    check_names(session);
    check_place(session);
  }
  const BestStart start = session.policy().checkpoint.best_start;
  if (options_.save_best_only && start == BestStart::from_existing_file) {
    monitor_.resolve(session);
    look_for_better_files(session);
  }
}

void ModelCheckpoint::resume(Session& session) {
  const std::optional<FoundCheckpoint> found = find_newest(session, path_);
  if (!found && options_.resume == Resume::if_any) return;
  if (!found) {
    throw StateError(fmt::format(
        "ModelCheckpoint: there is no whole checkpoint to resume from that \"{}\" could have named",
        path_.text()));
  }
  if (!found->checkpoint.run) {
    throw StateError(
        fmt::format("ModelCheckpoint: {} does not say where its run stood", found->path));
  }
  const SavedRun& run = *found->checkpoint.run;
  refuse_other_run(session, run, "ModelCheckpoint");
  restore_model(found->checkpoint, session.model());
  restore_callbacks(session, run);
  if (options_.keep) series_.add(found->path);  // it was not there yet when its state was taken
  if (found->checkpoint.score) series_.best = found->path;
  tell_resumed(session, found->path);
  session.resume_from(run.position, found->path);
}

// A name that no epoch will ever have is found out before the first one is paid for.
void ModelCheckpoint::check_names(const Session& session) const {
  if (!session.logs_are_known()) return;
  const std::vector<std::string> metrics = session.metric_names();
  for (const std::string& name : path_.names()) {
    const bool counted = name == "epoch" || (name == "batch" && options_.save_freq);
    const bool logged = std::find(metrics.begin(), metrics.end(), name) != metrics.end() &&
                        !(options_.save_freq && name.starts_with("val_"));
    if (counted || logged) continue;
    if (name == "worker" || name == "run") {
      throw KeyError(
          fmt::format("ModelCheckpoint: the path \"{}\" asks for \"{}\", which fit was not given",
                      path_.text(), name));
    }
    throw KeyError(fmt::format(
        "ModelCheckpoint: the path \"{}\" asks for \"{}\", which this run "
        "does not have {}",
        path_.text(), name, options_.save_freq ? "after a batch" : "at an epoch's end"));
  }
}

void ModelCheckpoint::check_place(Session& session) const {
  const std::optional<std::string> directory = path_.fixed_directory();
  if (!directory) return;
  const bool one_file = path_.names().empty();
  preflight(session, "ModelCheckpoint", *directory,
            one_file ? path_.fill(0, std::nullopt, {}) : options_.path);
}

// What an earlier run saved as its best must not be replaced by something worse.
void ModelCheckpoint::look_for_better_files(Session& session) {
  FileSystem& files = session.seams().files;
  const std::optional<std::string> directory = path_.fixed_directory();
  if (!directory || !files.is_directory(*directory)) return;
  for (const std::string& name : files.list(*directory)) {
    if (is_temporary(name) || !path_.could_name(name)) continue;
    const std::string path = path_in(*directory, name);
    if (!files.is_directory(path)) take_up(session, path);
  }
}

void ModelCheckpoint::take_up(Session& session, const std::string& path) {
  try {
    const Checkpoint checkpoint = load_checkpoint(session, path);
    if (!checkpoint.score || checkpoint.score->metric != monitor_.metric()) return;
    if (monitor_.improves(checkpoint.score->value, best_)) best_ = checkpoint.score->value;
  } catch (const FormatError& error) {
    session.warn("checkpoint.unreadable",
                 fmt::format("ModelCheckpoint: not a best so far: {}", error.what()));
  }
}

void ModelCheckpoint::on_train_batch_end(Event& event) {
  saver_.look(event.session);
  if (!options_.save_freq || event.status != Status::completed) return;
  if (++batches_since_save_ < *options_.save_freq) return;
  batches_since_save_ = 0;
  save_when_due(event, event.index);
}

void ModelCheckpoint::on_epoch_end(Event& event) {
  saver_.look(event.session);
  if (is_broken_off(event.status)) return;
  if (watches(event.session)) monitor_.resolve(event.session);
  if (!options_.save_freq) save_when_due(event, std::nullopt);
}

void ModelCheckpoint::on_train_end(Event& event) { saver_.finish(event.session); }

void ModelCheckpoint::save_when_due(Event& event, std::optional<std::int64_t> batch) {
  const std::string path = path_.fill(batch ? event.epoch : event.index, batch, event.logs);
  if (!options_.save_best_only) {
    save_in_time(event.session, path, std::nullopt);
    return;
  }
  const CheckpointPolicy& policy = event.session.policy().checkpoint;
  const std::optional<double> value = monitor_.value(event.session, event.logs);
  if (!value) {
    if (policy.missing_metric == MissingMetric::saves) {
      save_in_time(event.session, path, std::nullopt);
    }
    return;
  }
  if (!is_better(event, *value)) return;
  if (policy.best_update == BestUpdate::before_write) best_ = value;
  save_in_time(event.session, path, value);
}

// Who will go on from a file wants to find in it what every callback made of this epoch.
void ModelCheckpoint::save_in_time(Session& session, const std::string& path,
                                   std::optional<double> score) {
  const auto action = [this, &session, path, score] { save(session, path, score); };
  if (options_.resume == Resume::never) {
    action();
  } else {
    session.after_hook(action);
  }
}

// Keras learns which way is better only at an epoch's end, and cannot compare before.
bool ModelCheckpoint::is_better(Event& event, double value) {
  saver_.finish(event.session);  // the best is what is there, not what is on its way
  if (event.session.policy().checkpoint.best_with_frequency == BestWithFrequency::works) {
    monitor_.resolve(event.session);
  } else if (best_ && !monitor_.resolved()) {
    throw TypeError(
        fmt::format("ModelCheckpoint: which {} is better is not known before the first epoch's end",
                    monitor_.metric()));
  }
  return monitor_.improves(value, best_);
}

void ModelCheckpoint::save(Session& session, const std::string& path, std::optional<double> score) {
  saver_.finish(session);
  SaveOrder order{.path = path, .tag = score ? "best" : "periodic", .score = {}, .run = {}};
  if (score) order.score = SavedScore{monitor_.metric(), *score};
  if (!options_.save_weights_only) {
    const bool inside_epoch = session.position().batch != 0;
    order.run = capture_run(session, inside_epoch ? session.capture() : session.position());
  }
  save_whole_files(session, std::move(order));
}

// The pointers and the old files come after the new one is there for good, and so does what this
// callback believes. What this run deletes is what it or the run before it has saved: nothing else.
void ModelCheckpoint::save_whole_files(Session& session, SaveOrder order) {
  const std::string path = order.path;
  const std::optional<SavedScore> score = order.score;
  const auto series = std::make_shared<CheckpointSeries>(series_);
  const auto write = [path, series, pointers = options_.pointers, keep = options_.keep,
                      many = !path_.names().empty()](const SaveContext& desk,
                                                     const Checkpoint& snapshot) {
    const bool best = snapshot.score.has_value();
    const Published published{path, publish(desk, path, snapshot), best};
    if (!many) return;
    if (pointers) point_to(desk, published);
    if (best) series->best = path;
    if (!keep) return;
    series->add(path);
    retire(desk, *series, static_cast<std::size_t>(*keep), snapshot);
  };
  const auto settled = [this, path, score, series](Session& run, bool worked) {
    series_ = std::move(*series);
    if (!worked) return;
    if (score) best_ = score->value;
    if (options_.verbose > 0) {
      run.warn("model_checkpoint.saved", fmt::format("ModelCheckpoint: saved {}", path));
    }
  };
  saver_.save(session, {path, std::move(order), write, settled});
}

void ModelCheckpoint::save_state(CallbackState& state) const {
  if (best_) state.numbers["best"] = *best_;
  put(state, "batches_since_save", batches_since_save_);
  put(state, "failed_saves", saver_.failed());
  for (std::size_t i = 0; i < series_.paths.size(); ++i) {
    state.texts[fmt::format("published.{:06}", i)] = series_.paths[i];
  }
  if (!series_.best.empty()) state.texts["best_path"] = series_.best;
}

void ModelCheckpoint::load_state(const CallbackState& state) {
  best_ = number_in(state, "best");
  batches_since_save_ = integer_in(state, "batches_since_save");
  saver_.set_failed(integer_in(state, "failed_saves"));
  series_ = {};
  for (const auto& [key, path] : state.texts) {
    if (key.starts_with("published.")) series_.paths.push_back(path);
    if (key == "best_path") series_.best = path;
  }
}

namespace callbacks {
namespace {

constexpr std::string_view kResume[] = {"never", "if_any", "always"};

CallbackHandle read_model_checkpoint(Params& params, const BuildContext&) {
  ModelCheckpointOptions options;
  options.path = params.need_text(
      "path",
      "the file; {epoch}, {batch} (both from 1), {any_metric:.2f} and, of fit, {worker} and {run} "
      "are filled in");
  options.monitor = read_monitor(params, {});
  options.verbose = static_cast<int>(params.integer("verbose", 0, "1: says what it saved", {0, 1}));
  options.save_best_only =
      params.flag("save_best_only", false, "saves only what is better than ever");
  options.save_weights_only =
      params.flag("save_weights_only", false, "weights and optimizer, without the run's state");
  options.save_freq =
      params.maybe_integer("save_freq", "saves every so many batches; null: after every epoch");
  options.initial_value_threshold =
      params.maybe_number("initial_value_threshold", "what the first save has to beat");
  options.keep = params.maybe_integer(
      "keep", "how many of the newest files stay, where the path has places; null: all",
      {.low = 1});
  options.pointers =
      params.flag("pointers", false,
                  "writes files \"latest\" and \"best\" that name them, where the path has places");
  options.resume = static_cast<Resume>(params.choice(
      "resume", kResume, 0, "whether a training goes on from the newest of its files"));
  if (options.path.empty()) return nullptr;
  try {
    return std::make_shared<ModelCheckpoint>(std::move(options));
  } catch (const ValueError& error) {
    params.complain("path", error.what());
    return nullptr;
  }
}

}  // namespace

CallbackEntry model_checkpoint() {
  return {"model_checkpoint", "saves the model after epochs or batches, or when it is best",
          read_model_checkpoint};
}

}  // namespace callbacks
}  // namespace trainwreck
