#include "tests/engine/callbacks/callback_scene.h"

#include <algorithm>
#include <cerrno>

#include "engine/base/errors.h"
#include "engine/callbacks/lambda_callback.h"
#include "engine/catalogs.h"
#include "engine/layers/layers.h"
#include "engine/loop/callback_list.h"
#include "engine/loop/loop_state.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "engine/sources/array_source.h"

namespace trainwreck {
namespace {

class MemoryFile final : public WritableFile {
 public:
  MemoryFile(MemoryFiles& files, std::string path) : files_(files), path_(std::move(path)) {
    ++files_.open;
  }
  ~MemoryFile() override {
    if (!closed_) --files_.open;
  }
  void append(std::string_view bytes) override {
    if (static_cast<std::int64_t>(files_.appends.size()) == files_.full_at_append) {
      files_.full_at_append = -1;
      files_.texts[path_] += bytes.substr(0, bytes.size() / 2);
      throw IoError("write", path_, ENOSPC);
    }
    files_.appends.emplace_back(bytes);
    files_.texts[path_] += bytes;
  }
  void sync() override { ++files_.syncs; }
  void close() override {
    closed_ = true;
    --files_.open;
  }

 private:
  MemoryFiles& files_;
  std::string path_;
  bool closed_ = false;
};

Model small_model() {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = 1}));
  Model model(std::move(layers), 7);
  model.compile(optimizers::make_sgd(), losses::make_mse(), {});
  return model;
}

}  // namespace

std::unique_ptr<WritableFile> MemoryFiles::opened(const char* operation, const std::string& path) {
  if (!directories.contains(directory_of(path))) throw IoError(operation, path, ENOENT);
  texts.try_emplace(path);
  return std::make_unique<MemoryFile>(*this, path);
}

std::unique_ptr<WritableFile> MemoryFiles::create(const std::string& path) {
  texts.erase(path);
  return opened("create", path);
}

std::unique_ptr<WritableFile> MemoryFiles::open_append(const std::string& path) {
  return opened("open", path);
}

std::string MemoryFiles::read(const std::string& path) {
  if (!exists(path)) throw IoError("open", path, ENOENT);
  return texts.at(path);
}

bool MemoryFiles::exists(const std::string& path) {
  return texts.contains(path) || is_directory(path);
}

std::int64_t MemoryFiles::size(const std::string& path) {
  return static_cast<std::int64_t>(read(path).size());
}

void MemoryFiles::rename(const std::string& from, const std::string& to) {
  texts[to] = read(from);
  texts.erase(from);
}

std::vector<std::string> MemoryFiles::list(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& [path, text] : texts) {
    if (directory_of(path) == directory) names.push_back(path.substr(directory.size() + 1));
  }
  return names;
}

void MemoryFiles::remove_directory(const std::string& path) {
  directories.erase(path);
  std::erase_if(texts, [&](const auto& file) { return file.first.starts_with(path + "/"); });
}

CallbackScene::CallbackScene(Policy the_policy) : policy(the_policy), model(small_model()) {}

FitResult CallbackScene::fit(FitOptions options) {
  const auto data = four_rows();
  return Trainer(model, seams(), policy).fit(*data, options);
}

void CallbackScene::play(const CallbackHandle& callback, const std::vector<ScriptedEpoch>& epochs,
                         std::int64_t first_epoch, TrainEnd end) {
  LoopState state(model, policy, seams());
  Session& session = state.session;
  const auto keep_warnings = [&] { warnings_ = texts_of(session.warnings()); };
  try {
    CallbackList callbacks(state, {callback});
    callbacks.on_train_begin();
    Logs logs;
    for (const ScriptedEpoch& epoch : epochs) {
      callbacks.on_epoch_begin(first_epoch);
      logs = logs_of(epoch.logs);
      callbacks.on_epoch_end(first_epoch++, logs, epoch.status);
    }
    if (end == TrainEnd::comes) callbacks.on_train_end(logs);
  } catch (...) {
    keep_warnings();
    throw;
  }
  keep_warnings();
}

std::shared_ptr<DataSource> four_rows() {
  return std::make_shared<ArraySource>(ArrayData{.x = Tensor({4, 1}, {1.0F, 2.0F, 3.0F, 4.0F}),
                                                 .y = Tensor({4, 1}, {2.0F, 4.0F, 6.0F, 8.0F}),
                                                 .sample_weight = {}},
                                       BatchOptions{.batch_size = 2});
}

Logs logs_of(const std::vector<std::pair<std::string, double>>& items) {
  Logs logs;
  for (const auto& [name, value] : items) logs.set(name, value);
  return logs;
}

std::vector<std::string> texts_of(const std::vector<Warning>& warnings) {
  std::vector<std::string> texts;
  for (const Warning& warning : warnings) texts.push_back(warning.id + ": " + warning.text);
  return texts;
}

CallbackHandle raiser(std::int64_t epoch, std::int64_t batch) {
  return lambda_callback({.on_train_batch_begin = [=](Event& event) {
    if (event.epoch == epoch && event.index == batch) throw ValueError("boom");
  }});
}

CallbackHandle raises_behind(std::int64_t epoch, std::int64_t batch) {
  LambdaOptions hooks;
  hooks.on_train_batch_end = [=](Event& event) {
    if (event.epoch == epoch && event.index == batch) throw StateError("enough");
  };
  hooks.on_epoch_end = [=](Event& event) {
    if (event.index == epoch && batch < 0 && event.status == Status::completed) {
      throw StateError("enough");
    }
  };
  return lambda_callback(std::move(hooks));
}

CallbackHandle resumer(std::int64_t epoch) {
  return lambda_callback({.on_train_begin = [=](Event& event) {
    Position position = event.session.position();
    position.epoch = epoch;
    event.session.resume_from(position);
  }});
}

CallbackHandle callback_from(const std::string& json, std::string* wrong) {
  RealWorld world;
  const Seams seams = world.seams();
  const Catalogs catalogs = builtin_catalogs();
  Diagnostics diagnostics;
  Params params = Params::parse(json, diagnostics);
  CallbackHandle callback = make_from<CallbackHandle, BuildContext>(
      catalogs.callbacks, params, BuildContext{.catalogs = catalogs, .seams = seams});
  if (wrong != nullptr) {
    for (const Diagnostic& diagnostic : diagnostics) {
      *wrong += diagnostic.pointer + " " + diagnostic.message + "\n";
    }
  }
  return callback;
}

}  // namespace trainwreck
