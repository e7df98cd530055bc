#include "engine/saving/checkpointing.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "engine/saving/save_context.h"
#include "engine/seams/file_system.h"
#include "engine/seams/memory_budget.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

std::vector<std::string> keys_of(std::span<const CallbackHandle> callbacks) {
  std::map<std::string, int> counts;
  std::vector<std::string> keys;
  for (const CallbackHandle& handle : callbacks) {
    const std::string name = handle->name();
    const int count = ++counts[name];
    keys.push_back(count == 1 ? name : fmt::format("{}#{}", name, count));
  }
  return keys;
}

}  // namespace

PathTemplate path_of_run(const std::string& who, const std::string& text, const RunInfo& info) {
  PathTemplate path(who, text);
  if (info.worker) path.settle("worker", *info.worker);
  if (!info.name.empty()) path.settle("run", info.name);
  return path;
}

Checkpoint load_checkpoint(Session& session, const std::string& path) {
  FileSystem& files = session.seams().files;
  const Reservation room(session.seams().memory, MemoryPurpose::save, files.size(path));
  Checkpoint checkpoint = load_checkpoint(files, path);
  note(session, session.position(),
       {.action = traced::Saving::load, .path = path, .note = checkpoint.tag});
  return checkpoint;
}

void tell_resumed(Session& session, const std::string& path) {
  note(session, session.position(), {.action = traced::Saving::resume, .path = path});
}

std::map<std::string, CallbackState> states_of(std::span<const CallbackHandle> callbacks) {
  std::map<std::string, CallbackState> states;
  const std::vector<std::string> keys = keys_of(callbacks);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    CallbackState state;
    callbacks[i]->save_state(state);
    if (state.numbers.empty() && state.texts.empty() && state.tensors.empty()) continue;
    states[keys[i]] = std::move(state);
  }
  return states;
}

SavedRun capture_run(Session& session, const Position& position) {
  session.finish_saves();
  return {.position = position,
          .seed = session.info().seed,
          .source = session.info().source,
          .sequence = 0,
          .callbacks = states_of(session.callbacks())};
}

void refuse_other_run(const Session& session, const SavedRun& run, const std::string& who) {
  if (session.policy().backup.identity == BackupIdentity::weights_only) return;
  std::string text;
  if (run.seed != session.info().seed) {
    text += fmt::format("; its seed is {}, this run's is {}", run.seed, session.info().seed);
  }
  if (run.source != session.info().source) {
    text += fmt::format("; its data is \"{}\", this run's is \"{}\"", run.source,
                        session.info().source);
  }
  if (!text.empty()) {
    throw ValueError(fmt::format("{}: the checkpoint is of another run{}", who, text));
  }
}

void restore_callbacks(Session& session, const SavedRun& run) {
  const std::vector<std::string> keys = keys_of(session.callbacks());
  std::set<std::string> orphans;
  for (const auto& [key, state] : run.callbacks) orphans.insert(key);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto found = run.callbacks.find(keys[i]);
    if (found == run.callbacks.end()) continue;
    session.callbacks()[i]->load_state(found->second);
    orphans.erase(keys[i]);
  }
  for (const std::string& key : orphans) {
    session.warn("checkpoint.callback",
                 fmt::format("the state of {} was saved, but this run has no such callback", key));
  }
}

}  // namespace trainwreck
