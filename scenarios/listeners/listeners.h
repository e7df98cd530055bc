#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/seams/http_poster.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/trace.h"
#include "faults/inject/address.h"
#include "faults/inject/trace.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/flow/scenario.h"
#include "trainwreck/data.h"

namespace trainwreck {

class Clock;
class Injector;
class Model;
class SimClock;

// What a world keeps of a run beside its events. Each stands in the way of something and passes it
// on.

// The weights, at the instants at which somebody wants to know them.
class WeightSampler final : public TraceSink {
 public:
  WeightSampler(std::vector<Instant> wanted, TraceSink& next)
      : wanted_(std::move(wanted)), next_(next) {}
  void watch(Model* model, Instant call) {
    model_ = model;
    call_ = call;
  }
  Model* model() const { return model_; }
  void record(const TraceEvent& event) override;
  std::vector<WeightsAt> take() { return std::move(kept_); }

 private:
  void keep(std::int64_t epoch, std::int64_t batch);

  std::vector<Instant> wanted_;
  TraceSink& next_;
  Model* model_ = nullptr;
  Instant call_;
  std::vector<WeightsAt> kept_;
};

// Listens on the trace's way for checkpoints that are announced or deleted, and writes down how far
// the disk was by then.
class CheckpointLog final : public TraceSink {
 public:
  CheckpointLog(const SimFileSystem& disk, TraceSink& next) : disk_(disk), next_(next) {}
  void record(const TraceEvent& event) override;
  std::vector<DiskPromise> take() { return std::move(kept_); }

 private:
  const SimFileSystem& disk_;
  TraceSink& next_;
  std::vector<DiskPromise> kept_;
};

// To the lines of steps: a digest of the model's state, and whether its weights are finite.
void add_digest(Model* model, TraceLine& line, Trace& trace);

// What was reserved at most for each purpose; and, if it is to tell, every reservation.
class MemoryMeter final : public MemoryBudget {
 public:
  MemoryMeter(MemoryBudget& memory, Injector& injector, bool tells)
      : memory_(memory), injector_(injector), tells_(tells) {}
  void reserve(MemoryPurpose purpose, std::int64_t bytes) override;
  void release(MemoryPurpose purpose, std::int64_t bytes) noexcept override;
  std::int64_t peak() const override { return memory_.peak(); }
  std::int64_t in_use(MemoryPurpose purpose) const override { return memory_.in_use(purpose); }
  std::map<std::string, std::int64_t> peaks() const;

 private:
  void tell(std::string_view what, MemoryPurpose purpose, std::int64_t bytes);

  MemoryBudget& memory_;
  Injector& injector_;
  bool tells_;
  std::int64_t peaks_[kMemoryPurposes] = {};
};

// Which samples a batch was made of, and that its features were stepped as they had come.
class BatchChecksums {
 public:
  void fetched(const Batch& batch);
  void stepped(const Tensor& features);
  void add_to(TraceLine& line, Trace& trace);

 private:
  std::int64_t came_ = -1;
  std::int64_t stepped_ = -1;
  std::string samples_;
  std::optional<float> first_;
};
std::shared_ptr<DataSource> with_checksums(std::shared_ptr<DataSource> source,
                                           std::shared_ptr<BatchChecksums> checksums);
// The first layer, in place.
void watch_features(Model& model, std::shared_ptr<BatchChecksums> checksums);

// The network: keeps everything that is posted, and answers as the scenario wants it.
class FakeNetwork final : public HttpPoster {
 public:
  FakeNetwork(const Network& network, SimClock& clock, const Injector& injector);
  HttpAnswer post(const HttpPost& post) override;
  std::vector<Alert> take() { return std::move(alerts_); }

 private:
  HttpAnswer answer(const HttpPost& post) const;

  Network network_;
  SimClock& clock_;
  const Injector& injector_;
  std::vector<Alert> alerts_;
};

}  // namespace trainwreck
