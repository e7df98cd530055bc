// How fast disks that a power cut may leave are enumerated, told apart and judged. `states` counts
// combinations before equal disks are put together, `checkpoints` files that went through the
// loader.
#include <benchmark/benchmark.h>

#include "engine/checkpoint/checkpoint_format.h"
#include "engine/checkpoint/save.h"
#include "faults/crash_states.h"

namespace trainwreck {
namespace {

Checkpoint small_checkpoint(float value) {
  Checkpoint checkpoint;
  checkpoint.input_row = Shape{8};
  checkpoint.weights = {{"dense/kernel", Shape{8, 16}, std::vector<float>(128, value)},
                        {"dense/bias", Shape{16}, std::vector<float>(16, value)}};
  checkpoint.tag = "periodic";
  return checkpoint;
}

// Three saves over each other.
DiskStory three_saves(SaveProtocol protocol) {
  SimFileSystem disk;
  DiskStory story;
  for (int save = 0; save < 3; ++save) {
    save_bytes(disk, "m", encode(small_checkpoint(static_cast<float>(save))), protocol);
    story.promises.push_back(disk.operations().size());
  }
  story.operations = disk.operations();
  return story;
}

void enumerate(benchmark::State& state, SaveProtocol protocol, PersistenceModel model) {
  const DiskStory story = three_saves(protocol);
  std::uint64_t tried = 0;
  std::uint64_t shown = 0;
  for (auto _ : state) {
    tried += for_each_crash_state(story, model, {}, [&](const CrashState&) { ++shown; }).tried;
  }
  benchmark::DoNotOptimize(shown);
  state.counters["states"] =
      benchmark::Counter(static_cast<double>(tried), benchmark::Counter::kIsRate);
}

void load_and_judge(benchmark::State& state) {
  const std::string bytes = encode(small_checkpoint(0.5F));
  const std::string expected = checksum_of(bytes);
  std::uint64_t loaded = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(decode(bytes));
    loaded += checksum_of(bytes) == expected ? 1 : 0;
  }
  state.counters["checkpoints"] =
      benchmark::Counter(static_cast<double>(loaded), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(enumerate, durable_weak, SaveProtocol::durable, PersistenceModel::weak);
BENCHMARK_CAPTURE(enumerate, rename_weak, SaveProtocol::rename, PersistenceModel::weak);
BENCHMARK_CAPTURE(enumerate, in_place_ext4, SaveProtocol::in_place, PersistenceModel::ext4_ordered);
BENCHMARK(load_and_judge);

}  // namespace
}  // namespace trainwreck

BENCHMARK_MAIN();
