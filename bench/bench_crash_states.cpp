// How fast disks that a power cut may leave are enumerated, told apart and judged, in CPU time of
// this one thread.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/report.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "engine/checkpoint/save.h"
#include "faults/power/crash_states.h"

namespace trainwreck::bench {
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

// Nanoseconds of this thread for one of what `work` counts.
template <class Work>
double each_ns(const Options& options, Work work) {
  const double enough = options.smoke ? 1e6 : 1e9;
  const double start = cpu_ns();
  std::uint64_t done = 0;
  while (cpu_ns() - start < enough) done += work();
  return (cpu_ns() - start) / static_cast<double>(done);
}

// States before equal disks are put together.
double enumerate(const Options& options, SaveProtocol protocol, PersistenceModel model) {
  const DiskStory story = three_saves(protocol);
  std::uint64_t shown = 0;
  const double each = each_ns(options, [&] {
    return for_each_crash_state(story, model, {}, [&](const CrashState&) { ++shown; }).states();
  });
  benchmark::DoNotOptimize(shown);
  return each;
}

double load_and_judge(const Options& options) {
  std::vector<std::string> files;
  for (int i = 0; i < 256; ++i) files.push_back(encode(small_checkpoint(static_cast<float>(i))));
  const std::string expected = checksum_of(files[7]);
  std::uint64_t matching = 0;
  const double each = each_ns(options, [&] {
    for (const std::string& bytes : files) {
      benchmark::DoNotOptimize(decode(bytes));
      if (checksum_of(bytes) == expected) ++matching;
    }
    return files.size();
  });
  benchmark::DoNotOptimize(matching);
  return each;
}

int measure_states(const Options& options) {
  constexpr double kState = 10.0;        // microseconds: 100,000 a second
  constexpr double kCheckpoint = 100.0;  // 10,000 a second
  using P = SaveProtocol;
  using M = PersistenceModel;
  const auto in_us = [&](P protocol, M model) { return enumerate(options, protocol, model) / 1e3; };
  return report(
      {{"a state, durable, weak", in_us(P::durable, M::weak), kState, "us"},
       {"a state, rename, weak", in_us(P::rename, M::weak), kState, "us"},
       {"a state, in place, ext4_ordered", in_us(P::in_place, M::ext4_ordered), kState, "us"},
       {"a checkpoint, loaded and judged", load_and_judge(options) / 1e3, kCheckpoint, "us"}},
      options);
}

}  // namespace
}  // namespace trainwreck::bench

int main(int argc, char** argv) {
  return trainwreck::bench::measure_states(trainwreck::bench::read_options(argc, argv));
}
