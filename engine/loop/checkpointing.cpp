#include "engine/loop/checkpointing.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "engine/loop/session.h"
#include "engine/model/model.h"
#include "engine/seams/file_system.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/trace.h"

namespace trainwreck {
namespace {

struct Note {
  std::string_view what;
  std::string_view path;
  std::string_view detail{};
  std::int64_t bytes = -1;
  double score = 0.0;
};

void trace(const Session& session, const Note& note) {
  if (session.seams().trace == nullptr) return;
  session.seams().trace->record({.kind = TraceKind::checkpoint,
                                 .epoch = session.position().epoch,
                                 .batch = session.position().batch,
                                 .step = session.position().step,
                                 .number = note.bytes,
                                 .value = note.score,
                                 .what = note.what,
                                 .who = note.path,
                                 .detail = note.detail});
}

void refuse_non_finite(const Session& session, const Checkpoint& checkpoint,
                       const std::string& path) {
  if (session.policy().checkpoint.non_finite_weights == NonFiniteWeights::saved) return;
  const std::string bad = non_finite_parameter(checkpoint);
  if (!bad.empty()) throw NonFinite(fmt::format("{} is not saved: {} is not finite", path, bad));
}

Checkpoint captured(Session& session, SaveOrder& order) {
  Checkpoint checkpoint = capture_model(session.model());
  refuse_non_finite(session, checkpoint, order.path);
  checkpoint.tag = order.tag;
  checkpoint.score = std::move(order.score);
  checkpoint.run = std::move(order.run);
  return checkpoint;
}

void warn_of_leftovers(Session& session, const std::vector<std::string>& leftovers) {
  for (const std::string& path : leftovers) {
    session.warn("checkpoint.leftover", fmt::format("{} could not be cleaned up", path));
  }
}

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

std::string save_checkpoint(Session& session, SaveOrder order) {
  const std::string path = order.path;
  const double score = order.score ? order.score->value : 0.0;
  trace(session, {.what = "begin", .path = path, .detail = order.tag, .score = score});
  try {
    const Reservation room(session.seams().memory, MemoryPurpose::save,
                           bytes_to_capture(session.model()));
    const Checkpoint checkpoint = captured(session, order);
    const std::string bytes = encode(checkpoint);
    const auto leftovers =
        save_bytes(session.seams().files, path, bytes, session.policy().checkpoint.manner());
    const std::string checksum = checksum_of(bytes);
    trace(session, {.what = "publish",
                    .path = path,
                    .detail = fmt::format("{} crc32c={}", checkpoint.tag, checksum),
                    .bytes = static_cast<std::int64_t>(bytes.size()),
                    .score = score});
    warn_of_leftovers(session, leftovers);
    return checksum;
  } catch (const std::exception& error) {
    trace(session, {.what = "fail", .path = path, .detail = error_name(error), .score = score});
    throw;
  }
}

bool save_or_survive(Session& session, const std::string& who, const std::string& what,
                     std::int64_t& failed_saves, const std::function<void()>& save) {
  try {
    save();
    return true;
  } catch (const std::exception& error) {
    const CheckpointPolicy& policy = session.policy().checkpoint;
    ++failed_saves;
    const bool too_many = failed_saves > policy.max_failed_saves;
    if (policy.failed_save == FailedSave::fails_the_run || too_many) throw;
    session.warn("checkpoint.failed",
                 fmt::format("{}: {} is not saved ({} of {} failed saves allowed): {}", who, what,
                             failed_saves, policy.max_failed_saves, error.what()));
    return false;
  }
}

Checkpoint load_checkpoint(Session& session, const std::string& path) {
  FileSystem& files = session.seams().files;
  const Reservation room(session.seams().memory, MemoryPurpose::save, files.size(path));
  Checkpoint checkpoint = load_checkpoint(files, path);
  trace(session, {.what = "load", .path = path, .detail = checkpoint.tag});
  return checkpoint;
}

void tell_resumed(Session& session, const std::string& path) {
  trace(session, {.what = "resume", .path = path});
}

void delete_checkpoint(Session& session, const std::string& path) {
  FileSystem& files = session.seams().files;
  trace(session, {.what = "delete", .path = path});
  if (files.is_directory(path)) {
    files.remove_directory(path);
  } else {
    files.remove(path);
  }
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
