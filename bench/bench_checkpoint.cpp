#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/report.h"
#include "engine/layers/layers.h"
#include "engine/loop/loop_state.h"
#include "engine/losses/losses.h"
#include "engine/optimizers/optimizers.h"
#include "engine/saving/saver.h"
#include "engine/seams/executor.h"
#include "engine/seams/file_system.h"
#include "trainwreck/model.h"

// What a save costs. A model of 100 MiB is saved as ModelCheckpoint does it, in turn with the least
// that a save can be: the same number of bytes written to a new file and synced, and, for a save
// beside the training, copied in memory. Wall time, for a disk takes no CPU time; what counts is
// the median of the ratios. BENCH_DIR chooses the disk; else it is that of the working directory.
namespace trainwreck::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kUnits = 5120;  // 5120 x 5120 floats: 100 MiB
constexpr int kSavePairs = 41;

class Folder {
 public:
  Folder() {
    const char* base = std::getenv("BENCH_DIR");
    path_ = std::string(base != nullptr ? base : ".") + "/bench_checkpoint_XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder: " + path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string at(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::unique_ptr<Model> big_model(std::int64_t units) {
  std::vector<std::unique_ptr<Layer>> layers;
  layers.push_back(layers::make_dense({.units = units, .use_bias = false}));
  auto model = std::make_unique<Model>(std::move(layers), 7);
  model->compile(optimizers::make_sgd(), losses::make_mse(), {});
  model->build({units});
  return model;
}

template <class Action>
double seconds(Action action) {
  const Clock::time_point start = Clock::now();
  action();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// A run that saves one model over and over, and the least that this could cost.
class Saves {
 public:
  Saves(std::int64_t units, const Policy& policy)
      : model_(big_model(units)), state_(*model_, policy, world_.seams()) {}

  std::string_view bytes() const {
    const auto values = std::as_const(*model_).parameters().values();
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};  // NOLINT
  }

  // The loop's part: all of it, or until a worker has it. To a new file, as the least is.
  double save() {
    path_ = folder_.at(fmt::format("m-{}.safetensors", saves_++));
    const std::string& path = path_;
    return seconds([&] {
      saver_.save(state_.session,
                  {.what = path,
                   .order = {.path = path, .tag = "periodic"},
                   .write = [path = path](const SaveContext& desk, const Checkpoint& snapshot) {
                     publish(desk, path, snapshot);
                   }});
    });
  }
  void finish() {
    saver_.finish(state_.session);
    std::filesystem::remove(path_);
  }

  // As anybody would, in the system's own words.
  double write_and_sync() const {
    const std::string path = folder_.at("plain");
    const double time = seconds([&] {
      const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
      std::string_view left = bytes();
      while (!left.empty()) {
        const ssize_t written = ::write(file, left.data(), left.size());
        if (written <= 0) throw std::runtime_error("cannot write " + path);
        left.remove_prefix(static_cast<std::size_t>(written));
      }
      if (::fsync(file) != 0) throw std::runtime_error("cannot sync " + path);
      ::close(file);
    });
    std::filesystem::remove(path);
    return time;
  }

  double copy() {
    copy_.resize(bytes().size());
    return seconds([&] {
      std::memcpy(copy_.data(), bytes().data(), copy_.size());
      benchmark::DoNotOptimize(copy_.data());
    });
  }

 private:
  Folder folder_;
  RealWorld world_;
  std::unique_ptr<Model> model_;
  LoopState state_;
  Saver saver_{"bench"};
  std::string copy_;
  std::string path_;
  int saves_ = 0;
};

struct Ratio {
  std::vector<double> ratios;
  std::vector<double> saves;
  std::vector<double> least;
};

// The first pair finds the memory; it does not count.
template <class Least>
Ratio in_pairs(Saves& saves, int pairs, Least least) {
  Ratio found;
  for (int pair = 0; pair <= pairs; ++pair) {
    double save = 0.0;
    double other = 0.0;
    for (const int turn : {0, 1}) {
      if ((turn == 0) == (pair % 2 == 0)) {
        save = saves.save();
        saves.finish();
      } else {
        other = least();
      }
    }
    if (pair == 0) continue;
    found.saves.push_back(save);
    found.least.push_back(other);
    found.ratios.push_back(save / other);
  }
  return found;
}

Policy with(Verification verification, SavedBy who) {
  Policy policy = hardened();
  policy.checkpoint.verification = verification;
  policy.checkpoint.saved_by = who;
  return policy;
}

void add(std::vector<Figure>& figures, const std::string& name, const std::string& least,
         const Ratio& found, double allowed) {
  figures.push_back({name + " / " + least, median(found.ratios), allowed, "x"});
  figures.push_back({"  " + name, median(found.saves) * 1e3, 0.0, "ms"});
  figures.push_back({"  " + least, median(found.least) * 1e3, 0.0, "ms"});
}

int measure_saves(const Options& options) {
  const std::int64_t units = options.smoke ? 64 : kUnits;
  const int pairs = options.smoke ? 1 : kSavePairs;
  std::vector<Figure> figures;
  {
    Saves saves(units, with(Verification::read_back, SavedBy::the_loop));
    add(figures, "durable save, read back", "write and sync",
        in_pairs(saves, pairs, [&] { return saves.write_and_sync(); }), 1.5);
  }
  {
    Saves saves(units, with(Verification::none, SavedBy::the_loop));
    add(figures, "durable save", "write and sync",
        in_pairs(saves, pairs, [&] { return saves.write_and_sync(); }), 1.1);
  }
  {
    Saves saves(units, with(Verification::read_back, SavedBy::a_worker));
    add(figures, "stall of a worker's save", "copy in memory",
        in_pairs(saves, pairs, [&] { return saves.copy(); }), 1.25);
  }
  return report(figures, options);
}

}  // namespace
}  // namespace trainwreck::bench

int main(int argc, char** argv) {
  return trainwreck::bench::measure_saves(trainwreck::bench::read_options(argc, argv));
}
